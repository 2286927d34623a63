"""What the audit trail shows has a word: no name of a table, an action or a column and no stored code reaches the screen."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps

from clients.profile.kinds import KINDS
from clients.profile.person import PERSON
from crm.models import AuditEvent, Staff
from crm.pages.audit.actions import ACTIONS
from crm.pages.audit.codes import choices_of, column_words, told
from crm.pages.audit.details import lines_for
from crm.templatetags.audit_words import FIELDS, TABLES
from segmentation.number_words import NUMBERS
from servicing.callbacks.questions import FINDINGS
from servicing.models import Paper

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


TELLERS = re.compile(r"record|tell|turn|write|settle|supersede")  # what writes an audit row, or leads to one
CHINESE = re.compile(r"[\u4e00-\u9fff]")
NAMES_THEMSELVES = {"VIP", "ETF", "CSV", "Excel", "A", "B", "C", "D", "E"}  # said alike in Chinese


@cache
def _tellers() -> list[ast.Call]:
    texts = (path.read_text(encoding="utf-8") for app in APPS for path in (ROOT / app).rglob("*.py"))
    nodes = (node for text in texts if "audit" in text or "tell" in text for node in ast.walk(ast.parse(text)))
    return [node for node in nodes if isinstance(node, ast.Call) and TELLERS.search(_name(node.func))]


def _name(node: ast.AST) -> str:
    return str(getattr(node, "attr", getattr(node, "id", "")))


def _literals(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value


def _is_word(text: str) -> bool:
    return bool(CHINESE.search(text)) or text in NAMES_THEMSELVES or re.fullmatch(r"[RC][1-5]|\d", text) is not None


@pytest.mark.parametrize("app", APPS)
def test_every_table_that_people_write_has_a_word(app: str) -> None:
    tables = {model._meta.db_table for model in apps.get_app_config(app).get_models()}
    assert tables - set(TABLES) - SILENT == set()


def test_every_action_that_the_code_names_has_a_word() -> None:
    """Found where they are written down: a verb-noun among what a teller is called with."""
    named = set()
    for call in _tellers():
        for given in (*call.args, *(keyword.value for keyword in call.keywords)):
            if not isinstance(given, ast.Call):
                named |= {word for word in _literals(given) if re.fullmatch(r"[a-z]+(-[a-z]+)+", word)}
    named -= {"form-control"}
    assert len(named) > 150
    assert named - set(ACTIONS) == set()


def test_every_name_of_a_detail_that_the_code_writes_has_a_word() -> None:
    named = set()
    for call in _tellers():
        for keyword in call.keywords:
            if keyword.arg == "detail":
                dicts = [one for one in ast.walk(keyword.value) if isinstance(one, ast.Dict)]
                named |= {key.value for one in dicts for key in one.keys if isinstance(key, ast.Constant)}
            elif keyword.arg and _name(call.func) in {"tell", "_tell", "tell_guest"}:
                named.add(keyword.arg)
    named -= {"by", "reason", "before", "after"}
    assert len(named) > 60
    assert named - set(FIELDS) == set()


def test_every_state_that_a_detail_may_hold_is_told_in_words() -> None:
    coded = [
        (table, name, code)
        for table in TABLES
        for name, words in choices_of(table).items()
        for code in words
        if isinstance(code, str) and code
    ]
    assert len(coded) > 400
    assert [one for one in coded if not _is_word(told(*one) or "")] == []


@pytest.mark.parametrize(
    ("table", "name", "codes"),
    [
        ("segmentation_threshold", "key", [number.key for number in NUMBERS]),
        ("servicing_callbackfinding", "question", list(FINDINGS)),
        ("servicing_paperrequirement", "needs", Paper.Kind.values),
        ("servicing_paperrequirement", "subject", ["tier:vip", "class:stock", "risk:R4"]),
        ("servicing_guest", "state", ["registered", "came", "withdrawn"]),
        ("servicing_complaint", "level", ["manager", "compliance"]),
        ("clients_importbatch", "kind", ["trades", "cash_transfers"]),
        ("crm_holiday", "2026-10-01", ["holiday", "make_up"]),
        ("crm_listexport", "columns", ["tier,assets"]),
        ("servicing_selfreview", "quarter", ["2026-4"]),
        *((kind.model._meta.db_table, "card", [name]) for name, kind in KINDS.items()),
    ],
)
def test_codes_that_no_column_has_are_told_in_words(table: str, name: str, codes: list[str]) -> None:
    for code in codes:
        assert _is_word(told(table, name, code) or ""), code


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        *((kind.model._meta.db_table, kind.columns) for kind in KINDS.values()),
        ("clients_client", PERSON),
        ("servicing_contact", ("happened_at", "channel", "direction", "summary", "mood", "next_step", "script_id")),
        ("servicing_complaint", ("client", "about", "category", "severity", "text")),
        (
            "servicing_opening",
            ("name", "note", "source", "started_on", "referrer", "expected_fen", "owner", "phone_index"),
        ),
        ("servicing_referral", ("name", "note", "next_step", "may_call", "next_on", "phone_sealed")),
    ],
)
def test_every_column_that_a_detail_names_as_changed_has_a_word(table: str, columns: tuple[str, ...]) -> None:
    assert [column for column in columns if not _is_word(column_words(table, column))] == []


def test_what_something_was_before_stands_beside_what_it_became() -> None:
    law = Staff(role=Staff.Role.COMPLIANCE)
    moved = AuditEvent(table="servicing_idea", detail={"before": "looked", "state": "accepted", "owner": 7})
    assert [(line.label, line.before, line.after) for line in lines_for(law, moved, {7: "林知远"})] == [
        ("状态", "研究中", "采纳"),
        ("负责人", None, "林知远"),
    ]
    decided = {"key": "fee_floor_stock", "before": {"value": None}, "after": {"value": 150}}
    number = AuditEvent(table="segmentation_threshold", detail=decided)
    assert [(line.before, line.after) for line in lines_for(law, number)][1:] == [("—", "1.50 元/万元")]
    postponed = AuditEvent(table="servicing_task", detail={"due": "2026-12-01", "before": "2026-11-27"})
    assert [(line.before, line.after) for line in lines_for(law, postponed)] == [("2026-11-27", "2026-12-01")]
