"""The commit of a batch: one transaction with the set-based writes of its plan, whole or absent."""

import uuid
from collections.abc import Callable, Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from clients import generations
from clients.fact_tables import ACCOUNTS, CLIENTS, HOLDINGS, TRADES, FactTable
from clients.generations import Overtaken, Slot
from clients.imports.batches import folder
from clients.imports.client_rows import FIELDS
from clients.imports.plans import Plan, forget, load, make_plan, save
from clients.imports.writing import Writer, changed_accounts_sql, changed_clients_sql, new_clients_sql
from clients.models import Account, ExchangeRate, IdentityConflict, ImportBatch
from clients.securities import Seen, register
from crm import audit
from crm.lib.crypto import blind_index, seal
from crm.models import Branch, Staff

State = ImportBatch.State
_TRIES = 8


class NotReady(Exception):
    """The batch has no dry run that could be committed (not checked, held, discarded, or already undone)."""


def commit(
    batch: ImportBatch,
    *,
    by: Staff | None,
    at: datetime,
    file_day: date,
    fence: Callable[[], None] = lambda: None,
    told: Callable[[int], None] = lambda count: None,
) -> ImportBatch:
    """Write what the dry run showed. Whoever overtakes it makes it plan anew, so two importers of one file add its rows
    once. A batch that is committed already is returned as it is. `fence` is called inside the transaction and raises
    where the work has been taken away; `told` hears now and then how many rows are written."""
    for _ in range(_TRIES):
        batch.refresh_from_db()
        if batch.state == State.COMMITTED:
            return batch
        if batch.state not in {State.CHECKED, State.COMMITTING}:
            raise NotReady(f"{batch.file_name}: {batch.state}")
        plan = load(batch)
        if plan is None or not _holds(plan.seen):
            plan = make_plan(batch, accepted=folder(batch) / "accepted.parquet", file_day=file_day)
            save(plan)
        try:
            with transaction.atomic():
                _write(plan, batch, by=by, at=at, fence=fence, told=told)
        except (Overtaken, IntegrityError) as error:
            last: Exception = error
            forget(batch)
            continue
        # The file as it came and its rejects stay; what was only worked out from it goes.
        forget(batch)
        (folder(batch) / "accepted.parquet").unlink(missing_ok=True)
        batch.refresh_from_db()
        return batch
    raise Overtaken(f"{batch.file_name}: overtaken {_TRIES} times") from last


def _holds(seen: Mapping[Slot, int]) -> bool:
    return generations.current(seen) == dict(seen)


def _write(
    plan: Plan,
    batch: ImportBatch,
    *,
    by: Staff | None,
    at: datetime,
    fence: Callable[[], None],
    told: Callable[[int], None],
) -> None:
    counts = plan.counts
    taken = ImportBatch.objects.filter(pk=batch.pk, state__in=[State.CHECKED, State.COMMITTING]).update(
        state=State.COMMITTED,
        committed_at=at,
        new_count=counts["new"],
        changed_count=counts["changed"],
        removed_count=counts["removed"],
        unchanged_count=counts["unchanged"],
        waiting_count=counts["waiting"],
        rejected_count=batch.notes.get("unreadable", 0) + counts["rejected"],
        progress={},
        error={},
    )
    if not taken:
        return  # somebody else committed it first
    fence()
    con = plan.open()
    try:
        con.execute("CREATE TEMP TABLE ids (kind VARCHAR, provisional BIGINT, actual BIGINT)")
        writer = Writer(con, batch, at, told=told)
        made = _create_unknown(writer, by)
        # First of the writes: a concurrent commit to the same months waits here, and is told.
        slots = {_actual(slot, made): plan.seen.get(slot, 0) for slot in plan.touched}
        generations.raise_generations(slots, at, batch=batch.pk)
        if not _holds({slot: seen for slot, seen in plan.seen.items() if slot not in plan.touched}):
            raise Overtaken(f"{batch.file_name}: what it leaves as it is changed meanwhile")
        scope = {
            "slots": [list(slot) for slot in sorted(slots)],
            "tables": {t.name: counts[t.name] for t in plan.tables},
        }
        ImportBatch.objects.filter(pk=batch.pk).update(scope=scope)
        if batch.kind == "rates":
            _write_rates(writer)
        elif batch.kind == "clients":
            _write_clients(writer)
        elif batch.kind == "accounts":
            _write_accounts(writer)
        else:
            _write_facts(writer, plan.tables)
    finally:
        con.close()
    audit.record(
        "import",
        actor=by,
        table="clients_importbatch",
        key=batch.pk,
        detail={
            "kind": batch.kind,
            **{k: v for k, v in counts.items() if v},
            "checksum": audit.checksum([batch.sha256, counts]),
        },
    )


def _actual(slot: Slot, made: dict[int, int]) -> Slot:
    table, branch, month = slot
    return table, made.get(branch, branch), month


def _create_unknown(writer: Writer, by: Staff | None) -> dict[int, int]:
    """Make the branches and advisors that the dry run offered and a person allowed; advisors cannot log in until invited."""
    made: dict[int, int] = {}
    if writer.batch.kind == "rates":
        return made
    for provisional, code, name in writer.con.execute(
        "SELECT * FROM branches WHERE branch_id < 0 ORDER BY 1 DESC"
    ).fetchall():
        branch = Branch.objects.create(code=code, name=name[:100])
        made[provisional] = branch.pk
        audit.record(
            "create", actor=by, table="crm_branch", key=branch.pk, branch=branch, detail={"batch": writer.batch.pk}
        )
    mapping: list[list[object]] = [["branch_id", p, a] for p, a in made.items()]
    if writer.batch.kind == "clients":
        rows = writer.con.execute(
            "SELECT a.advisor_id, u.code, u.name, u.branch_code FROM unknown_advisors u JOIN advisors a USING (code) ORDER BY 2"
        ).fetchall()
        for provisional, code, name, branch_code in rows:
            username = f"a{code}".lower()
            if Staff.objects.filter(username=username).exists():  # somebody chose it before; the code stays theirs
                username = f"advisor-{uuid.uuid4().hex[:12]}"
            advisor = Staff.objects.create_user(username, name=name[:60], role=Staff.Role.ADVISOR, employee_code=code)
            advisor.branches.set(Branch.objects.filter(code=branch_code))
            mapping.append(["advisor_id", provisional, advisor.pk])
            audit.record("create", actor=by, table="crm_staff", key=advisor.pk, detail={"batch": writer.batch.pk})
    if mapping:
        writer.con.executemany("INSERT INTO ids VALUES (?, ?, ?)", mapping)
    return made


def _write_clients(writer: Writer) -> None:
    writer.con.execute(f"CREATE TEMP TABLE fresh AS {new_clients_sql()}")
    with_ids = writer.reserve(CLIENTS, "fresh", kind="client_id", provisional="")
    writer.insert(CLIENTS, with_ids, ids="r.given_id")
    writer.insert_client_accounts(with_ids)
    writer.con.execute(f"CREATE TEMP TABLE altered AS {changed_clients_sql()}")
    seals = ["phone_tail_index", "identity_sealed", "phone_sealed", "pinyin", "initials"]
    writer.update(CLIENTS, "altered", [*FIELDS, *seals])
    _queue_conflicts(writer)


def _queue_conflicts(writer: Writer) -> None:
    rows = writer.con.execute(
        "SELECT x.line, x.client_id, x.field, x.value, c.uid FROM conflicts x JOIN current_clients c ON c.id = x.client_id"
    ).fetchall()
    for line, client, field, value, uid in rows:
        conflict, is_new = IdentityConflict.objects.get_or_create(
            client_id=client,
            field=field,
            value_index=blind_index(value, column="conflict"),
            defaults={
                "batch": writer.batch,
                "line": line,
                "value_sealed": seal(value, table="clients_identityconflict", column=field, owner=UUID(uid)),
            },
        )
        if not is_new and conflict.decided_at and not conflict.decided_by_id:
            # Closed by the undo of the file that had brought it, not by a person: it is open again.
            conflict.batch, conflict.line = writer.batch, line
            conflict.decision, conflict.decided_at = IdentityConflict.Decision.OPEN, None
            conflict.save()


def _write_accounts(writer: Writer) -> None:
    writer.con.execute(
        "CREATE TEMP TABLE fresh AS SELECT n.*, s.card_sealed FROM new_accounts n JOIN seals_new_accounts s USING (line)"
    )
    writer.insert(ACCOUNTS, "fresh")
    writer.con.execute(f"CREATE TEMP TABLE altered AS {changed_accounts_sql()}")
    columns = [c for c in ACCOUNTS.values if c in {n for (n, *_) in writer.con.execute("DESCRIBE altered").fetchall()}]
    writer.update(ACCOUNTS, "altered", columns)


def _write_facts(writer: Writer, tables: tuple[FactTable, ...]) -> None:
    if writer.con.execute("SELECT count(*) FROM missing_accounts").fetchone() != (0,):
        writer.con.execute(
            "CREATE TEMP TABLE fresh_accounts AS SELECT *, right(number, 4) AS number_tail,"
            f" CASE family WHEN 'fund' THEN '{Account.Kind.FUND.value}' ELSE '{Account.Kind.OTHER.value}' END AS kind"
            " FROM missing_accounts"
        )
        with_ids = writer.reserve(ACCOUNTS, "fresh_accounts", kind="account_id", provisional="account_id")
        writer.insert(ACCOUNTS, with_ids, ids="r.given_id")
    for table in tables:
        writer.remove(table, f"removed_{table.name}")
        columns = {n for (n, *_) in writer.con.execute(f"DESCRIBE changed_{table.name}").fetchall()}
        writer.update(table, f"changed_{table.name}", [c for c in table.values if c in columns])
        writer.insert(table, f"new_{table.name}")
    _register_securities(writer, tables)


def _register_securities(writer: Writer, tables: tuple[FactTable, ...]) -> None:
    named = " UNION ALL ".join(
        f"SELECT market, security_code AS code, security_name AS name, instrument_class, {t.day} AS day FROM new_{t.name}"
        for t in tables
        if t in {TRADES, HOLDINGS}
    )
    if named:
        rows = writer.con.execute(
            f"SELECT market, code, max(name), max(instrument_class), min(day), max(day) FROM ({named})"
            " WHERE market <> '' AND code <> '' GROUP BY 1, 2"
        ).fetchall()
        register(
            Seen(market, code, name or "", kind or "", first, last) for market, code, name, kind, first, last in rows
        )


def _write_rates(writer: Writer) -> None:
    name = ExchangeRate._meta.db_table
    writer.con.execute("CREATE TEMP VIEW altered AS SELECT *, NULL::BIGINT AS branch_id FROM changed_rates")
    writer.keep_before(name, "altered", month="''", said="to_json(struct_pack(rate_e6 := r.rate_e6))::VARCHAR")
    for pk, rate in writer.con.execute("SELECT id, rate_e6 FROM changed_rates").fetchall():
        ExchangeRate.objects.filter(pk=pk).update(rate_e6=rate, batch=writer.batch, recorded_at=writer.at)
    ExchangeRate.objects.bulk_create(
        [
            ExchangeRate(currency=currency, day=day, rate_e6=rate, batch=writer.batch, recorded_at=writer.at)
            for currency, day, rate in writer.con.execute("SELECT currency, day, rate_e6 FROM new_rates").fetchall()
        ],
        batch_size=5000,
    )
