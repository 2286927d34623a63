"""Loyalty (S19) as the latest night kept it: the place on the map and the step of the ladder."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.pages.lists.attributes.attribute import Attribute, Subject, of_values
from crm.pages.lists.kinds import Asked
from servicing.models import LoyaltyStep, Quadrant

STEPS = {step.name.lower(): step for step in LoyaltyStep}


def _on_step(value: tuple[str, ...], asked: Asked) -> Q:
    """An advisor asks for the step as the advisor may know it."""
    field = "told_step" if asked.user.is_advisor else "step"
    return Q(**{f"client__loyalty__{field}__in": [STEPS[name] for name in value]})


SUBJECT = Subject(
    pgettext_lazy("page", "Loyalty"),
    (
        Attribute("loyalty", _("Loyalty map"), of_values(Quadrant.choices), "client__loyalty__quadrant"),
        Attribute(
            "ladder",
            _("Ladder of loyalty"),
            of_values([(name, step.label) for name, step in STEPS.items()]),
            build=_on_step,
        ),
    ),
)
