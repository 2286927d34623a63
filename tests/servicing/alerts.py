"""A branch whose night finds risks, for tests of alerts."""

from datetime import date
from typing import Any

from clients.models import Client
from crm.models import Publication
from servicing.alerts.finding import Found
from servicing.alerts.keeping import keep_alerts
from servicing.models import RiskAlert
from tests.servicing.rounds import Rounds

SAID = {
    "concentration": {"code": "600519", "kind": "main", "fen": 60_000_000, "e4": 6000, "on": "2026-11-20"},
    "drawdown": {"e4": 2500, "fen": 25_000_000, "peak_on": "2026-10-12"},
    "loss": {"e4": 2000, "line_e4": 1500, "fen": 20_000_000, "from": "2025-11-20"},
    "level": {"client": 2, "product": 4, "n": 2, "fen": 7_000_000, "on": "2026-11-20"},
    "maintenance": {"e4": 14_500, "line_e4": 15_000, "debt_fen": 10_000_000, "on": "2026-11-20"},
}  # fmt: skip


def risk(who: Client, kind: str = "drawdown", band: int = 1, subject: str = "") -> Found:
    return Found(who.pk, kind, subject, band, dict(SAID[kind]))


class Firm(Rounds):
    """Rounds with what the nights find."""

    def keep(self, *found: Found, night: Publication | None = None) -> dict[str, int]:
        return keep_alerts(night or self.night, found)

    def alert(self, who: Client, kind: str = "drawdown", **more: Any) -> RiskAlert:
        self.keep(*[risk(who, kind, **more)])
        return RiskAlert.objects.get(client=who, kind=kind, state="open")

    def next_night(self, day: date) -> Publication:
        return self.later(day)
