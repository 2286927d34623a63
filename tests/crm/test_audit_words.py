"""What the audit trail shows has a word: no name of a table or of an action of the code reaches the screen."""

import re
from pathlib import Path

import pytest
from django.apps import apps

from crm.pages.audit.actions import ACTIONS
from crm.templatetags.audit_words import TABLES

ROOT = Path(__file__).resolve().parents[2]
APPS = ("crm", "clients", "segmentation", "servicing")
# Written by machines, or never the subject of an audit row.
SILENT = {
    *("crm_auditevent", "crm_heartbeat", "clients_rowerror", "clients_factchange", "clients_factgeneration"),
    *("clients_factcommit", "clients_cardchange", "clients_clienttag", "clients_instrument", "clients_instrumentcode"),
    *("clients_trade", "clients_movement", "clients_cashtransfer", "clients_securitiestransfer", "clients_dailyasset"),
    *("clients_holding", "segmentation_behaviour", "segmentation_behaviourfigures", "segmentation_tiermove"),
    *("segmentation_statechange", "segmentation_scoremodel", "segmentation_publicationbasis"),
    *("servicing_complaintchange", "servicing_complaintstep", "servicing_complaintcall", "servicing_complaintaction"),
    *("servicing_complaintescalation",),
    *("segmentation_standingsum", "segmentation_nightfigures", "servicing_contactchange", "servicing_handoverclient"),
    *(
        "servicing_planrevision",
        "servicing_planreview",
        "servicing_bouncebox",
        "servicing_deadaddress",
        "servicing_returnedmail",
    ),
    *("servicing_planrevision", "servicing_planreview", "servicing_quarterfigures"),
    *("servicing_planrevision", "servicing_planreview", "servicing_pledgemonth"),
    *("servicing_planrevision", "servicing_planreview", "servicing_loyaltyfigures"),
}


@pytest.mark.parametrize("app", APPS)
def test_every_table_that_people_write_has_a_word(app: str) -> None:
    tables = {model._meta.db_table for model in apps.get_app_config(app).get_models()}
    assert tables - set(TABLES) - SILENT == set()


def test_every_action_that_the_code_names_has_a_word() -> None:
    """Found where they are written down: the first argument of audit.record, and the word passed on as `action`."""
    said = re.compile(r'(?:audit\.record\(\s*|\baction=)((?:"[a-z]+(?:-[a-z]+)*"(?:\s+if\s+[^"\n]+\s+else\s+)?)+)')
    named = set()
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            for words in said.findall(path.read_text(encoding="utf-8")):
                named |= set(re.findall(r'"([a-z-]+)"', words))
    named -= {"append"}  # of the command line
    assert len(named) > 30
    assert named - set(ACTIONS) == set()
