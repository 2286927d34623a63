"""Alerts as a page shows them."""

from collections.abc import Iterable
from dataclasses import dataclass

from clients.models import Client
from crm.access import text_for
from crm.models import Staff
from servicing.alerts.words import told_of
from servicing.models import RiskAlert

SHOWN = 10  # standing alerts of one client: more than there are kinds and large positions


@dataclass(frozen=True)
class Line:
    """An alert with its fact and its note in words, for a reader."""

    alert: RiskAlert
    told: str
    note: str


def lines_of(alerts: Iterable[RiskAlert], user: Staff) -> list[Line]:
    """The alerts in words, with the names in notes as the reader may see them; reads what is joined already."""
    return [
        Line(one, told_of(one.kind, one.slots), text_for(user, one.note, one.client.name) if one.note else "")
        for one in alerts
    ]


def client_lines(client: Client, user: Staff) -> list[Line]:
    """What stands about one client, open ones first; one query."""
    rows = RiskAlert.objects.visible_to(user).standing().of_client(client).select_related("acknowledged_by", "client")
    return sorted(lines_of(rows[:SHOWN], user), key=lambda line: line.alert.state != RiskAlert.State.OPEN)
