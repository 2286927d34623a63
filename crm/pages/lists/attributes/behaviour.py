"""How a client behaves, as the published night stored it (section 4 of the rules)."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from crm.pages.lists.attributes.attribute import Attribute, Subject, of_values
from crm.pages.lists.kinds import NONE, Asked, YesNo
from crm.pages.lists.spans import Hundredths, PercentPoints
from segmentation.models import Behaviour
from segmentation.models.words import Horizon, PositionBand, Result


def _so(*conditions: Q, **told: Any) -> Q:
    """The client behaved so by the same night as the standing."""
    same = Behaviour.objects.filter(publication=OuterRef("publication"), client=OuterRef("client"))
    return Q(Exists(same.filter(*conditions, **told)))


class _Told(Attribute):
    """A condition on a field of the behaviour. Nothing told: the night stored none, or too little to tell."""

    def condition(self, value: Any, asked: Asked) -> Q:
        """The rows of which it is so."""
        if isinstance(self.kind, YesNo):
            return _so(**{self.field: True}) if value else ~_so(**{self.field: True})
        if isinstance(value, tuple):
            found = _so(**{f"{self.field}__in": [one for one in value if one != NONE]})
            return found | ~_so(~Q(**{self.field: ""})) if NONE in value else found
        if value.is_none:
            return ~_so(**{f"{self.field}__isnull": False})
        return _so(self.kind.among(self.field, value, asked))


SUBJECT = Subject(
    _("Behaviour"),
    (
        _Told("horizon", _("Horizon"), of_values(Horizon.choices, none=True), "horizon", never=_("too little to tell")),
        _Told("result", _("Result of the period"), of_values(Result.choices, none=True), "result", never=_("not told")),
        _Told("overtrading", _("Over-trading"), YesNo(), "is_overtrading"),
        _Told("deep_loss", _("Deep loss"), YesNo(), "is_deep_loss"),
        _Told(
            "position_habit",
            _("Position against the habit"),
            of_values(PositionBand.choices, none=True),
            "position_band",
            never=_("too little to tell"),
        ),
        _Told("position", _("Position"), PercentPoints(), "position_e4", never=_("nothing known")),
        _Told("turnover", _("Turnover, times a year"), Hundredths(), "turnover_e2", never=_("nothing known")),
    ),
)
