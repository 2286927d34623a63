"""Service items (S3): the catalogue, and what each client is entitled to with the reason."""

from servicing.items.catalogue import catalogue_of, items_on, offered, supersede_item
from servicing.items.entitlements import Entitlement, case_of, entitled, entitlements

__all__ = [
    "Entitlement",
    "case_of",
    "catalogue_of",
    "entitled",
    "entitlements",
    "items_on",
    "offered",
    "supersede_item",
]
