"""Every named read of clients, accounts, facts and batches; each starts at `visible_to`."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import BigIntegerField, Case, Count, F, Max, Q, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, NullIf

from clients.searching import read_as, spelt
from crm.lib.crypto import blind_index

if TYPE_CHECKING:
    from clients.models import Client, ImportBatch
    from crm.models import Branch, Staff

M = TypeVar("M", bound=models.Model)


def seen_by(user: Staff, prefix: str = "") -> Q:
    """Advisors see their own clients (and those that a grant opened to the reader of a detail, `clients.grants`), managers
    their branches, compliance all, admin none. A restricted client (L3) is seen by compliance only. With a prefix the same
    rule for rows that point at a client: as conditions on the joined row, so that a list reads a page and not the whole
    branch first. (There the branch stands in a CASE: PostgreSQL would take it for a rare coincidence with the night that
    was asked for, and read all clients of the branch before.)"""
    if user.is_compliance:
        return Q()
    if not (user.is_advisor or user.is_manager):
        return Q(pk__in=[])
    branch = Q(**{f"{prefix}branch__in": user.branches.all()})
    seen = Q(Case(When(branch, then=Value(True)), default=Value(False))) if prefix else branch
    seen &= Q(**{f"{prefix}is_restricted": False})
    if not user.is_advisor:
        return seen
    own = Q(**{f"{prefix}advisor": user})
    return seen & (own | Q(**{f"{prefix}pk__in": user.opened}) if user.opened else own)


def hidden_from(user: Staff) -> Q:
    """What `seen_by` takes away from whole nights of the user's branches, for rows that point at a client: restricted
    clients (L3), few and found by an index of their own; from compliance nobody. A client keeps the branch; so nights less
    these are exactly what a manager sees."""
    from clients.models import Client

    return Q(pk__in=[]) if user.is_compliance else Q(client__in=Client.objects.filter(is_restricted=True))


def sought(text: str, prefix: str = "", *, by_name: bool = True) -> Q:
    """Clients by characters of the name, pinyin or its initials (zs → 张三), client number, or the last four digits of
    a phone or account. Roles to whom names are masked cannot search by name. With a prefix as for `seen_by`."""
    text = text.strip()
    if not text:
        return Q()
    if len(text) == 4 and text.isdecimal():
        return Q(**{f"{prefix}pk__in": _ending_in(text)})
    number = Q(**{f"{prefix}client_number": text}) if any(c.isdecimal() for c in text) else Q(pk__in=[])
    if not by_name:
        return number
    is_reading = text.isascii() and text.isalpha()
    return number | (read_as(text.lower(), prefix) if is_reading else spelt(text, prefix))


def _ending_in(digits: str) -> models.QuerySet[Client, Any]:
    """Ids of clients, each looked up in an index of its own: one condition over two tables would read both."""
    from clients.models import Account, Client

    phones = Client.objects.filter(phone_tail_index=blind_index(digits, column="phone_tail")).values("pk")
    accounts = Account.objects.filter(number_tail=digits).values("client")
    return Client.objects.filter(client_number=digits).values("pk").union(phones, accounts)


class ClientQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> ClientQuerySet[M]:
        """The clients whom `seen_by` lets the user see."""
        return self.filter(seen_by(user))

    def mentioned_to(self, user: Staff) -> ClientQuerySet[M]:
        """Clients who may be mentioned by a masked name and number, without a link: who is seen, and for the admin those
        of a run or of a preview of tiers."""
        return self.filter(is_restricted=False) if user.is_admin else self.visible_to(user)

    def at_counter(self, user: Staff, text: str) -> ClientQuerySet[M]:
        """The narrowest look-up, for whoever stands at the counter or is on the phone (S16): open clients of the reader's
        branches with exactly this name, or with these last four digits of the phone. They are told masked."""
        open_ones = self.filter(branch__in=user.branches.all(), is_restricted=False, closed_on=None)
        if len(text) == 4 and text.isdecimal():
            return open_ones.filter(phone_tail_index=blind_index(text, column="phone_tail"))
        return open_ones.filter(name=text) if len(text) > 1 else self.none()

    def matching(self, text: str, *, by_name: bool = True) -> ClientQuerySet[M]:
        """The clients whom `sought` describes."""
        return self.filter(sought(text, by_name=by_name))


class AccessGrantQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> AccessGrantQuerySet[M]:
        """Who was let see whom is read by compliance; everybody else reads their own."""
        return self.all() if user.is_compliance else self.filter(staff=user)

    def in_force(self, user: Staff, at: datetime) -> AccessGrantQuerySet[M]:
        """What is open to somebody at a moment."""
        return self.filter(staff=user, from_at__lte=at, until_at__gt=at)


class AccountQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> AccountQuerySet[M]:
        """Accounts of the clients that the user sees."""
        from clients.models import Client

        return self.filter(client__in=Client.objects.visible_to(user))

    def named(self) -> AccountQuerySet[M]:
        """Without the account that stands for the client number itself."""
        return self.exclude(kind="client")


class FactQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> FactQuerySet[M]:
        """Facts of the clients that the user sees."""
        from clients.models import Client

        return self.filter(client__in=Client.objects.visible_to(user))

    def of_client(self, client: Client) -> FactQuerySet[M]:
        """Facts of one client, found through its accounts, which begin the natural key's index."""
        return self.filter(account__in=client.accounts.values_list("pk", flat=True))


class ImportBatchQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> ImportBatchQuerySet[M]:
        """Imports are the admin's work; compliance may read them."""
        return self.all() if user.is_admin or user.is_compliance else self.none()

    def in_force(self) -> ImportBatchQuerySet[M]:
        """Committed and not undone."""
        return self.filter(state="committed")

    def in_work(self) -> ImportBatchQuerySet[M]:
        """Files that are not finished, oldest first, as they came."""
        return self.exclude(state__in=["committed", "undone", "discarded"]).select_related("run").order_by("id")

    def done_since(self, moment: datetime) -> ImportBatchQuerySet[M]:
        """Files that a person's hand brought in since a moment, the latest first."""
        done = self.filter(state="committed", committed_at__gte=moment, uploaded_by__isnull=False)
        return done.select_related("run").order_by("-committed_at", "-id")

    def history(self) -> ImportBatchQuerySet[M]:
        """What came in, and what of it was undone; the latest first."""
        return self.filter(state__in=["committed", "undoing", "undone"]).order_by("-committed_at", "id")

    def same_file_as(self, batch: ImportBatch) -> ImportBatchQuerySet[M]:
        """Batches in force that brought in the very same bytes before."""
        return self.in_force().filter(sha256=batch.sha256).exclude(pk=batch.pk).order_by("-id")

    def by_signature(self, signatures: list[str]) -> dict[str, tuple[int, int]]:
        """Signature of a header → how many files came with it, and the latest of them. Reads the stored inspections, one
        row per file."""
        came = self.filter(inspection__signature__in=signatures).exclude(state="discarded").order_by()
        counted = came.values_list("inspection__signature").annotate(Count("pk"), Max("pk"))
        return {signature: (count, latest) for signature, count, latest in counted}


class RememberedMappingQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> RememberedMappingQuerySet[M]:
        """How files are read is the admin's work; compliance may read it."""
        return self.all() if user.is_admin or user.is_compliance else self.none()


class IdentityConflictQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> IdentityConflictQuerySet[M]:
        """The review queue (P5): admin decides on masked values, compliance reads."""
        return self.all() if user.is_admin or user.is_compliance else self.none()

    def waiting(self) -> IdentityConflictQuerySet[M]:
        """Contradictions that nobody has decided, with what a page shows of them."""
        return self.filter(decision="open").select_related("client__branch", "batch")


class FactChangeQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> FactChangeQuerySet[M]:
        """The history of facts is read by compliance and admin."""
        return self.all() if user.is_admin or user.is_compliance else self.none()

    def of_client(self, client: Client) -> FactChangeQuerySet[M]:
        """What was changed about one client, whom the caller has been let see, and about its accounts."""
        accounts = client.accounts.values_list("pk", flat=True)
        return self.filter(Q(table="clients_client", key=client.pk) | Q(table="clients_account", key__in=accounts))

    def new_owners(self, branch: Branch, since: datetime) -> list[tuple[UUID, int, int | None, int]]:
        """Clients of a branch whom files in force, committed since a moment, gave to another advisor: the batch, the client,
        who had it before (None: nobody) and who has it by the file; in the order of the changes."""
        by_file = self.filter(batch__state="committed", batch__committed_at__gte=since, is_undo=False)
        # SQLite says "null" for the null of a JSON, which as a number is 0: nobody either way.
        former, owner = (
            NullIf(Cast(KT(f"{state}__advisor_id"), BigIntegerField()), Value(0)) for state in ("before", "after")
        )
        told = by_file.filter(table="clients_client", branch=branch).annotate(former=former, owner=owner)
        changed = told.filter(Q(former=None) | ~Q(former=F("owner")), owner__isnull=False).order_by("pk")
        return list(changed.values_list("batch__uid", "key", "former", "owner"))


class TagQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> TagQuerySet[M]:
        """The tags of the reader's branches; compliance reads all, the admin has no clients to tag."""
        if user.is_compliance:
            return self.all()
        return self.none() if user.is_admin else self.filter(branch__in=user.branches.all())

    def in_use(self) -> TagQuerySet[M]:
        """Those that nobody withdrew."""
        return self.filter(withdrawn_at=None)


class CardQuerySet(models.QuerySet[M]):
    """Cards that people write about a client."""

    def visible_to(self, user: Staff) -> CardQuerySet[M]:
        """Cards of the clients that the user sees."""
        return self.filter(seen_by(user, "client__"))

    def of_client(self, client: Client) -> CardQuerySet[M]:
        """Cards of one client."""
        return self.filter(client=client)

    def standing(self) -> CardQuerySet[M]:
        """Those that nobody withdrew."""
        return self.filter(withdrawn_at=None)

    def same_as(self, values: dict[str, Any]) -> CardQuerySet[M]:
        """The standing row under the same natural key."""
        return self.standing().filter(**values)


class HouseholdLinkQuerySet(CardQuerySet[M]):
    """Links have two ends."""

    def linked_to(self, client: Client) -> HouseholdLinkQuerySet[M]:
        """Links at either of whose ends the client stands."""
        return self.filter(Q(client=client) | Q(other=client))

    def of_client(self, client: Client) -> HouseholdLinkQuerySet[M]:
        """The same without links to a restricted client (L3)."""
        return self.filter(Q(client=client, other__is_restricted=False) | Q(other=client, client__is_restricted=False))


class CardChangeQuerySet(models.QuerySet[M]):
    def visible_to(self, user: Staff) -> CardChangeQuerySet[M]:
        """The history of the cards of clients that the user sees."""
        return self.filter(seen_by(user, "client__"))

    def of_rows(self, card: str, keys: models.QuerySet[Any, Any]) -> CardChangeQuerySet[M]:
        """Edits of some rows of one kind of card, the latest first."""
        return self.filter(card=card, key__in=keys).select_related("staff").order_by("-at", "-pk")


class ProductRiskQuerySet(models.QuerySet[M]):
    """Risk levels of products are of the whole firm: everybody may read them."""

    def history(self) -> ProductRiskQuerySet[M]:
        """All rows, the earliest first."""
        return self.select_related("made_by", "confirmed_by").order_by("from_day", "pk")

    def begun(self, day: date) -> ProductRiskQuerySet[M]:
        """Rows that have begun by a day, the earliest first."""
        return self.filter(from_day__lte=day).order_by("from_day", "pk")
