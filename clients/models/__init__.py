from clients.models.batches import FactChange, FactCommit, FactGeneration, ImportBatch, RememberedMapping, RowError
from clients.models.cards import Background, CardChange, Consent, PreferenceCard
from clients.models.facts import (
    CashTransfer,
    DailyAsset,
    ExchangeRate,
    Holding,
    Movement,
    SecuritiesTransfer,
    Trade,
)
from clients.models.grants import AccessGrant
from clients.models.instruments import Instrument, InstrumentCode
from clients.models.people import Account, Client, IdentityConflict
from clients.models.product_risks import ProductRisk
from clients.models.surroundings import CloseContact, CommissionRate, HouseholdLink, Need, TradingPermission
from clients.models.tags import ClientTag, Tag, TagStep

__all__ = [
    "AccessGrant",
    "Account",
    "Background",
    "CardChange",
    "CashTransfer",
    "Client",
    "ClientTag",
    "CloseContact",
    "CommissionRate",
    "Consent",
    "DailyAsset",
    "ExchangeRate",
    "FactChange",
    "FactCommit",
    "FactGeneration",
    "Holding",
    "HouseholdLink",
    "IdentityConflict",
    "ImportBatch",
    "Instrument",
    "InstrumentCode",
    "Movement",
    "Need",
    "PreferenceCard",
    "ProductRisk",
    "RememberedMapping",
    "RowError",
    "SecuritiesTransfer",
    "Tag",
    "TagStep",
    "Trade",
    "TradingPermission",
]
