"""What must always hold of the cards about clients; each check yields a sentence for everything that does not."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from clients.models import CardChange
from clients.profile.kinds import KINDS
from crm.models import Branch


def broken_cards(branch: Branch) -> Iterator[str]:
    """Cards of a branch whose history is not whole, or that lie with another branch's client or another client's account."""
    for kind in KINDS.values():
        rows: QuerySet[Any] = kind.model.objects.filter(branch=branch)
        told = CardChange.objects.filter(card=kind.name, key=OuterRef("pk")).order_by().values("key")
        counted = rows.annotate(told=Coalesce(Subquery(told.annotate(n=Count("pk")).values("n")), 0))
        if count := counted.exclude(told=F("version")).count():
            yield f"{branch.code}: {kind.name} cards: {count} rows without their whole history"
        if count := rows.exclude(client__branch=branch).count():
            yield f"{branch.code}: {kind.name} cards: {count} rows of clients of another branch"
        if "account_id" not in kind.columns:
            continue
        if count := rows.filter(account__isnull=False).exclude(account__client=F("client")).count():
            yield f"{branch.code}: {kind.name} cards: {count} rows of accounts of another client"
