"""A small firm with facts in the database, as an import would have left them, for tests of the night."""

from datetime import UTC, date, datetime, timedelta

from django.db.models import F

from clients.models import DailyAsset, FactGeneration, ImportBatch, Trade
from crm.models import Branch
from tests.segmentation.nights import make_branch, make_clients

RECORDED = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
DAY = date(2026, 11, 20)


def raise_generation(table: str, branch: Branch, month: str, at: datetime = RECORDED) -> None:
    slot, made = FactGeneration.objects.get_or_create(
        table=table, branch=branch, month=month, defaults={"generation": 1, "changed_at": at}
    )
    if not made:
        FactGeneration.objects.filter(pk=slot.pk).update(generation=F("generation") + 1, changed_at=at)


def make_firm_branch(code: str = "0101", clients: int = 40) -> Branch:
    """A branch whose client n paid n yuan on each of the last n weeks and owns n × 1,000 yuan."""
    branch = make_branch(code)
    people = make_clients(branch, clients)
    raise_generation("clients_client", branch, "")
    raise_generation("clients_account", branch, "")
    batch = ImportBatch.objects.create(file_name="trades.csv", kind="trades", state="committed")
    trades, assets = [], []
    for number, client in enumerate(people, 1):
        account = client.accounts.get()
        owner = {"branch": branch, "client": client, "account": account, "batch": batch, "recorded_at": RECORDED}
        trades += [
            Trade(
                **owner, traded_on=DAY - timedelta(weeks=week), deal_key=f"{number}-{week}", market="sh",
                security_code="600000", instrument_class="main", side="buy", quantity_e2=10_000, price_e4=100_000,
                amount_minor=1_000_00, net_minor=-1_000_00, commission_minor=number * 100,
            )
            for week in range(number if number % 3 else 0)
        ]  # fmt: skip
        assets.append(DailyAsset(**owner, day=DAY, cash_minor=number * 100_000, net_minor=number * 100_000))
    Trade.objects.bulk_create(trades)
    DailyAsset.objects.bulk_create(assets)
    for month in {f"{t.traded_on:%Y-%m}" for t in trades}:
        raise_generation("clients_trade", branch, month)
    raise_generation("clients_dailyasset", branch, f"{DAY:%Y-%m}")
    return branch


def add_trade(branch: Branch, client_number: str, commission: int, *, currency: str = "CNY", at: datetime) -> Trade:
    """One more trade on the day, recorded at a moment."""
    account = branch.clients.get(client_number=client_number).accounts.get()
    batch = ImportBatch.objects.create(file_name="late.csv", kind="trades", state="committed")
    trade = Trade.objects.create(
        branch=branch, client=account.client, account=account, currency=currency, batch=batch, recorded_at=at,
        traded_on=DAY, deal_key=f"late-{at.isoformat()}"[:40], market="sh", security_code="600000",
        instrument_class="main", side="sell", quantity_e2=100, amount_minor=100, commission_minor=commission,
    )  # fmt: skip
    raise_generation("clients_trade", branch, f"{DAY:%Y-%m}", at)
    return trade
