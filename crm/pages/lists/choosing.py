"""Which clients a person chose in the list: rows that were ticked, or all that match, up to a dated limit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Model
from django.http import QueryDict
from django.utils.translation import gettext as _

from clients.models import Client
from crm.lib.bulk import in_parts
from crm.models import Staff
from crm.pages.list_filters import Filters
from crm.pages.lists.rows import standings_for
from crm.pages.nights import nights_of
from segmentation.thresholds import threshold

_PART = 500


class NotChosen(Exception):
    """Nothing was chosen, or more than one step may take."""


@dataclass(frozen=True)
class Chosen:
    """The chosen clients as the reader sees them, and the fields by which a form says so again."""

    keys: Sequence[int]
    fields: Sequence[tuple[str, str]]

    @property
    def count(self) -> int:
        """How many they are."""
        return len(self.keys)

    def clients(self) -> list[Client]:
        """The clients themselves."""
        found: list[Client] = []
        for part in in_parts(self.keys, _PART):
            found += Client.objects.filter(pk__in=part).select_related("branch")
        return found

    def count_of(self, model: type[Model], **told: object) -> int:
        """How many rows about them there are."""
        parts = in_parts(self.keys, _PART)
        return sum(model._default_manager.filter(client__in=part, **told).count() for part in parts)

    def branches(self) -> list[int]:
        """The branches they are of."""
        found: set[int] = set()
        for part in in_parts(self.keys, _PART):
            rows = Client.objects.filter(pk__in=part).order_by()
            found |= set(rows.values_list("branch", flat=True).distinct())
        return sorted(found)


def chosen_of(user: Staff, data: QueryDict, *, today: date) -> Chosen:
    """What a form or address chose: `client` by id, or `all` that match `on`. Raises NotChosen."""
    most = threshold("bulk_clients", today)
    on = data.get("on", "")[:4000]
    if data.get("all"):
        filters = Filters.read(QueryDict(on))
        nights = nights_of(user, branch=filters.branch, day=filters.day)
        rows = standings_for(user, nights, filters).order_by().values_list("client", flat=True)
        keys = sorted(set(rows[: most + 1]))
        fields = [("on", on), ("all", "1")]
    else:
        asked = [int(pk) for pk in data.getlist("client")[: most + 1] if pk.isascii() and pk.isdigit() and len(pk) < 19]
        keys = []
        for part in in_parts(asked, _PART):
            seen = Client.objects.visible_to(user).filter(pk__in=part)
            keys += seen.values_list("pk", flat=True)
        keys = sorted(set(keys))
        fields = [("on", on), *(("client", str(pk)) for pk in keys)]
    if not keys:
        raise NotChosen(_("Choose some clients first."))
    if len(keys) > most:
        raise NotChosen(_("One step takes at most %(most)s clients. Narrow the list first.") % {"most": f"{most:,}"})
    return Chosen(keys, fields)
