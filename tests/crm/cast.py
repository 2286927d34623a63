"""The cast of the access tests: two branches, everybody who works there, and clients of theirs and of others."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime

from clients.export_files import Inspection
from clients.models import Account, Client, IdentityConflict, ImportBatch, RememberedMapping
from crm.lib.crypto import blind_index, seal
from crm.models import Branch, JobRun, Publication, Staff
from segmentation.models import PublicationBasis, Standing, TierScheme

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
DAY = date(2026, 11, 20)
PHONE, IDENTITY, CARD, NUMBER = "16412345678", "990101198001011234", "9900123456781234", "880012349876"
NAME = "尉迟临江"


@dataclass(frozen=True)
class Cast:
    """Who asks, and whose things they ask for."""

    staff: dict[str, Staff]
    clients: dict[str, Client]
    accounts: dict[str, Account]
    batch: ImportBatch
    conflict: IdentityConflict
    mapping: RememberedMapping
    run: JobRun
    scheme: TierScheme
    nights: dict[str, Publication]


def make_cast() -> Cast:
    """Everything the routes need, with one published night for each branch."""
    here = Branch.objects.create(code="1101", name="临江路营业部")
    there = Branch.objects.create(code="1102", name="望湖营业部")
    roles = {
        "advisor": ("advisor", here),
        "colleague": ("advisor", here),
        "manager": ("manager", here),
        "manager_elsewhere": ("manager", there),
        "admin": ("admin", None),
        "compliance": ("compliance", None),
    }
    staff = {}
    for name, (role, branch) in roles.items():
        staff[name] = Staff.objects.create_user(name, "a long pass phrase", name=f"员工{name}", role=role)
        if branch:
            staff[name].branches.set([branch])
    found = Inspection(file_name="客户_1101.csv", size_bytes=0, sha256="", container="text", kind="clients")
    batch = ImportBatch.objects.create(
        file_name=found.file_name,
        kind=found.kind,
        state="committed",
        committed_at=NOW,
        inspection=json.loads(found.to_json()),
    )
    clients = {
        "own": _client(here, "00310001", staff["advisor"], batch),
        "same branch": _client(here, "00310002", staff["colleague"], batch),
        "other branch": _client(there, "00320001", None, batch),
    }
    accounts = {key: _account(client, batch) for key, client in clients.items()}
    conflict = IdentityConflict.objects.create(
        client=clients["own"],
        batch=batch,
        field="name",
        value_index=blind_index("另一人", column="conflict"),
        value_sealed=seal("另一人", table="clients_identityconflict", column="name", owner=clients["own"].uid),
        line=3,
    )
    mapping = RememberedMapping.objects.create(signature="0" * 32, kind="trades", confirmed_at=NOW)
    scheme = TierScheme.objects.get(branch=None)
    nights = {branch.code: _night(branch, scheme) for branch in (here, there)}
    run = JobRun.objects.get(branch=here)
    return Cast(staff, clients, accounts, batch, conflict, mapping, run, scheme, nights)


def _client(branch: Branch, number: str, advisor: Staff | None, batch: ImportBatch) -> Client:
    client = Client(branch=branch, client_number=number, name=NAME, advisor=advisor, batch=batch, recorded_at=NOW)
    client.identity_sealed = seal(IDENTITY, table="clients_client", column="identity", owner=client.uid)
    client.phone_sealed = seal(PHONE, table="clients_client", column="phone", owner=client.uid)
    client.opened_on = date(2020, 1, 6)
    client.save()
    return client


def _account(client: Client, batch: ImportBatch) -> Account:
    common = {"branch": client.branch, "client": client, "batch": batch, "recorded_at": NOW}
    Account.objects.create(family="client", kind="client", number=client.client_number, **common)
    card = seal(CARD, table="clients_account", column="card", owner=client.uid)
    number = f"{NUMBER}{client.client_number[-2:]}"
    return Account.objects.create(
        family="fund", kind="fund", number=number, number_tail=number[-4:], card_sealed=card, **common
    )


def _night(branch: Branch, scheme: TierScheme) -> Publication:
    run = JobRun.objects.create(
        kind="night", key=f"night:{branch.code}", branch=branch, as_of=DAY, state="done", cutoff=NOW
    )
    members = list(Client.objects.filter(branch=branch).order_by("client_number"))
    night = Publication.objects.create(
        branch=branch, as_of=DAY, cutoff=NOW, run=run, state="published", published_at=NOW, client_count=len(members)
    )
    PublicationBasis.objects.create(publication=night, scheme=scheme)
    for rank, client in enumerate(members, 1):
        Standing.objects.create(
            publication=night,
            client=client,
            tier="small",
            computed_tier="small",
            measure_fen=100_00,
            rank=rank,
            dormancy="active",
        )
    return night
