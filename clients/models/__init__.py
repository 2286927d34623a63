from clients.models.batches import FactChange, FactCommit, FactGeneration, ImportBatch, RememberedMapping, RowError
from clients.models.facts import (
    CashTransfer,
    DailyAsset,
    ExchangeRate,
    Holding,
    Movement,
    SecuritiesTransfer,
    Trade,
)
from clients.models.instruments import Instrument, InstrumentCode
from clients.models.people import Account, Client, IdentityConflict
from clients.models.tags import ClientTag, Tag, TagStep

__all__ = [
    "Account",
    "CashTransfer",
    "Client",
    "ClientTag",
    "DailyAsset",
    "ExchangeRate",
    "FactChange",
    "FactCommit",
    "FactGeneration",
    "Holding",
    "IdentityConflict",
    "ImportBatch",
    "Instrument",
    "InstrumentCode",
    "Movement",
    "RememberedMapping",
    "RowError",
    "SecuritiesTransfer",
    "Tag",
    "TagStep",
    "Trade",
]
