"""The numbers of licences and trainings (S21)."""

from django.utils.translation import gettext_lazy as _

from segmentation.number_words.number import Number

COMPETENCE = (
    Number(
        "paper_notice",
        _("Days of notice before a licence or training ends"),
        "days",
        "care",
        least=1,
        most=365,
        of_night=False,
    ),
)
