"""All kinds of file, in the order in which they are preferred when a header fits several equally well."""

from clients.export_files.fields_people import ACCOUNTS, CLIENTS
from clients.export_files.fields_positions import ASSETS, CASH_TRANSFERS, HOLDINGS, RATES, SECURITIES_TRANSFERS
from clients.export_files.fields_trades import FILLS, ORDERS, TRADES
from clients.export_files.kinds import Kind

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        TRADES,
        FILLS,
        ORDERS,
        ACCOUNTS,
        CLIENTS,
        HOLDINGS,
        ASSETS,
        SECURITIES_TRANSFERS,
        CASH_TRANSFERS,
        RATES,
    )
}
