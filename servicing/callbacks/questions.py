"""What a call-back asks (L2), and which answer must not stand."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

YES, NO = "yes", "no"
ANSWERS: Mapping[str, str | Promise] = {YES: pgettext_lazy("answer", "yes"), NO: pgettext_lazy("answer", "no")}


@dataclass(frozen=True)
class Question:
    """A question of the call: `risky` is the answer that somebody has to look into, `finding` what it means."""

    text: str | Promise
    risky: str
    finding: str | Promise


QUESTIONS: Mapping[str, Question] = {
    "opened": Question(
        _("Did you open the account yourself, and do you know of it?"),
        NO,
        _("does not know of the account"),
    ),
    "risks": Question(_("Were the risks explained to you?"), NO, _("was not told the risks")),
    "rating": Question(_("Does your risk rating still fit you?"), NO, _("the risk rating no longer fits")),
    "others": Question(_("Does anybody trade for you?"), YES, _("somebody trades for the client")),
    "service": Question(_("Is there anything about our service to complain of?"), YES, _("complains of the service")),
}
WRONG_NUMBER = "phone"
FINDINGS: Mapping[str, str | Promise] = {
    **{key: question.finding for key, question in QUESTIONS.items()},
    WRONG_NUMBER: _("the phone number is wrong"),
}


def risky(answers: Mapping[str, str]) -> list[str]:
    """The questions whose answers somebody has to look into."""
    return [key for key, question in QUESTIONS.items() if answers.get(key) == question.risky]


def unanswered(answers: Mapping[str, str]) -> list[str]:
    """The questions without a yes or a no."""
    return [key for key in QUESTIONS if answers.get(key) not in (YES, NO)]
