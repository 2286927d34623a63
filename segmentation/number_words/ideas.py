"""The number of clients' ideas: by when they are answered."""

from django.utils.translation import gettext_lazy as _

from segmentation.number_words.number import Number

IDEAS = (
    Number(
        "idea_answer_days",
        _("Idea of a client: answered"),
        "working days",
        "contacts",
        _("Working days after it was noted (S19)."),
        least=1,
        most=60,
        of_night=False,
    ),
)
