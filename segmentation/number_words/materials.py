"""Numbers of investor education: how long a client's link is open, how large an attached file may be."""

from django.utils.translation import gettext_lazy as _

from segmentation.number_words.number import Number

MATERIALS = (
    Number(
        "material_link_days",
        _("Days in which a link to a material is open"),
        "days",
        "materials",
        _("It closes with the last valid day of the material at the latest."),
        least=1,
        most=365,
        of_night=False,
    ),
    Number(
        "material_file_mb",
        _("Largest file attached to a material"),
        "MB",
        "materials",
        least=1,
        most=50,
        of_night=False,
    ),
)
