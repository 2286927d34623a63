"""Every named read of the stages of clients; each starts at `visible_to`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models
from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber

from clients.querysets import seen_by

if TYPE_CHECKING:
    from clients.models import Client
    from crm.models import Staff

M = TypeVar("M", bound=models.Model)


class ServiceStageQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> ServiceStageQuerySet[M]:
        """Stages of the clients that the user sees."""
        return self.filter(seen_by(user, "client__"))

    def standing(self) -> ServiceStageQuerySet[M]:
        """Those that count."""
        return self.filter(is_latest=True)

    def in_funnel(self) -> ServiceStageQuerySet[M]:
        """Those that count, of clients who are in the funnel and have not left the branch."""
        return self.standing().exclude(stage="out").filter(client__closed_on=None)

    def latest_of(self, client: Client) -> M | None:
        """The one that counts for a client, None where nobody ever said one."""
        return self.standing().filter(client=client).first()

    def history_of(self, client: Client) -> ServiceStageQuerySet[M]:
        """All of a client, the latest first."""
        return self.filter(client=client).order_by("-pk")

    def counted(self) -> dict[str, int]:
        """Stage → clients in it."""
        return dict(self.order_by().values_list("stage").annotate(Count("pk")))

    def first_of_each_stage(self, count: int) -> ServiceStageQuerySet[M]:
        """The first so many of each stage, those who are there longest first."""
        place = Window(RowNumber(), partition_by=F("stage"), order_by=[F("since"), F("pk")])
        placed: Any = self.annotate(place=place)
        found: ServiceStageQuerySet[M] = placed.filter(place__lte=count).order_by("since", "pk")
        return found
