"""Rows taken out of the house (L5): with a reason, under the reader's masks, approved by a second person where they are
many, fetched by who asked within seven days, each time written down."""

import csv
import io
from datetime import timedelta
from uuid import uuid4

import openpyxl
import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from crm.models import AuditEvent, Branch, ListExport
from crm.pages.lists.exporting import as_csv, as_xlsx
from segmentation.models import Threshold
from tests.crm.access import same
from tests.crm.page_firm import DAY, browser_of, client, night, staff, stand

pytestmark = pytest.mark.django_db
SIGNS = ("=", "+", "-", "@", "\t", "\r")


class Firm:
    def __init__(self, count=3):
        self.branch = Branch.objects.create(code="1101", name="临江路营业部")
        self.elsewhere = Branch.objects.create(code="1102", name="望湖营业部")
        self.boss, self.second = (staff(name, "manager", self.branch) for name in ("boss", "second"))
        self.far = staff("far", "manager", self.elsewhere)
        self.reader, self.admin = staff("reader", "compliance"), staff("admin", "admin")
        self.me, self.colleague = (staff(name, "advisor", self.branch) for name in ("me", "colleague"))
        self.night = night(self.branch)
        for n in range(count):
            who = client(self.branch, f"张{n}", advisor=self.me, phone="16412345678", source="=1+1")
            stand(self.night, who, tier="vip" if n else "small", net_assets_fen=123_456_78)
        stand(self.night, client(self.branch, "李四", advisor=self.colleague))

    def ask(self, who=None, **fields):
        told = {"on": "", "cols": "number,tier,source", "format": "csv", "reason": "月度回访名单", **fields}
        return browser_of(who or self.me).post(reverse("export-clients"), told, headers={"HX-Request": "true"})

    def fetch(self, export, who=None):
        return browser_of(who or self.me).post(reverse("fetch-export", args=[export.uid]))

    def decide(self, export, who, decision="approve"):
        return browser_of(who).post(reverse("decide-export", args=[export.uid]), {"decision": decision})


@pytest.fixture
def firm():
    return Firm()


def limit(key, value):
    Threshold.objects.create(key=key, value=value, unit="rows", from_day=DAY, source="test")


def table_of(response):
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_a_small_export_is_fetched_at_once_and_written_down(firm):
    assert firm.ask(on="tier=vip").context["export"].state == "ready"
    export = ListExport.objects.get()
    response = firm.fetch(export)
    assert response["Content-Disposition"].endswith('.csv"')
    assert response["Cache-Control"] == "no-store"
    assert response.content.startswith(b"\xef\xbb\xbf")
    table = table_of(response)
    assert [row[0] for row in table[1:]] == ["张1", "张2"]
    assert {row[3] for row in table[1:]} == {"'=1+1"}
    asked, fetched = AuditEvent.objects.filter(action__endswith="-export").order_by("pk")
    assert (asked.action, asked.reason, asked.detail["rows"]) == ("ask-export", "月度回访名单", 2)
    assert (fetched.action, fetched.detail["rows"]) == ("fetch-export", 2)
    assert "张" not in str(fetched.detail)
    firm.fetch(export)
    export.refresh_from_db()
    assert export.fetched_count == 2


def test_a_workbook_holds_figures_as_figures_and_no_formula(firm):
    firm.ask(format="xlsx", cols="assets,source", on="tier=vip")
    body = firm.fetch(ListExport.objects.get()).content
    rows = list(openpyxl.load_workbook(io.BytesIO(body)).active.iter_rows())
    assert [cell.value for cell in rows[1]] == ["张1", 123456.78, "'=1+1"]
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n"}


def test_an_export_holds_what_its_reader_sees_and_no_full_phone(firm):
    firm.ask()
    mine = firm.fetch(ListExport.objects.get()).content.decode()
    assert "李四" not in mine
    firm.ask(who=firm.reader)
    masked = firm.fetch(ListExport.objects.get(asked_by=firm.reader), who=firm.reader).content.decode()
    assert "李••" in masked
    assert "李四" not in masked
    assert "张0" not in masked
    for text in (mine, masked):
        assert "16412345678" not in text


def test_chosen_rows_are_those_that_were_ticked_and_seen(firm):
    seen, foreign = firm.night.standings.order_by("pk")[0], firm.night.standings.order_by("pk").last()
    firm.ask(client=[seen.client_id, foreign.client_id])
    assert [row[0] for row in table_of(firm.fetch(ListExport.objects.get()))[1:]] == ["张0"]


def test_a_reason_and_a_kind_of_file_are_asked_for(firm):
    assert firm.ask(reason=" ").context["form"].errors["reason"]
    assert firm.ask(format="exe").context["form"].errors["format"]
    assert firm.ask(on="tier=key").context["form"].non_field_errors()
    assert not ListExport.objects.exists()


@pytest.mark.parametrize(("columns", "waits"), [("number,tier", False), ("number,assets", True), ("risk_money", True)])
def test_amounts_wait_for_a_second_person_earlier_than_others(firm, columns, waits):
    limit("export_rows_assets", 2)
    firm.ask(cols=columns)
    assert (ListExport.objects.get().state == "waiting") == waits


def test_the_limits_are_those_of_the_rule():
    kept = dict(Threshold.objects.filter(key__startswith="export_rows").values_list("key", "value"))
    assert (kept["export_rows_assets"], kept["export_rows_others"]) == (25, 2500)


def test_a_waiting_export_is_fetched_by_who_asked_after_somebody_else_approved(firm):
    limit("export_rows_others", 2)
    firm.ask()
    export = ListExport.objects.get()
    assert firm.fetch(export).status_code == 302  # not yet
    waiting = browser_of(firm.boss).get(reverse("export-list"))
    assert [one["export"] for one in waiting.context["waiting"]] == [export]
    assert "月度回访名单" in waiting.content.decode()
    firm.decide(export, firm.boss)
    assert len(table_of(firm.fetch(export))) == 4
    assert firm.fetch(export, who=firm.boss).status_code == 404
    row = AuditEvent.objects.get(action="approve-export")
    assert (row.actor, row.detail["rows"]) == (firm.boss, 3)


def test_nobody_decides_on_an_own_export_nor_on_one_of_another_branch(firm):
    limit("export_rows_others", 1)
    firm.ask(who=firm.boss)
    export = ListExport.objects.get()
    assert browser_of(firm.boss).get(reverse("export-list")).context["waiting"] == []
    firm.decide(export, firm.boss)
    missing = browser_of(firm.far).post(reverse("decide-export", args=[uuid4()]), {"decision": "approve"})
    for who in (firm.far, firm.me, firm.admin):
        response = firm.decide(export, who)
        assert response.status_code == 404
        assert who is not firm.far or same(response.content) == same(missing.content)
    export.refresh_from_db()
    assert export.state == "waiting"
    firm.decide(export, firm.second, "nonsense")
    firm.decide(export, firm.second, "refuse")
    firm.decide(export, firm.reader, "approve")  # decided once
    export.refresh_from_db()
    assert (export.state, export.decided_by) == ("refused", firm.second)
    assert firm.fetch(export, who=firm.boss).status_code == 302


def test_an_export_of_several_branches_is_approved_by_compliance_only(firm):
    limit("export_rows_others", 1)
    stand(night(firm.elsewhere), client(firm.elsewhere, "远"))
    firm.boss.branches.add(firm.elsewhere)
    firm.ask(who=firm.boss)
    export = ListExport.objects.get()
    assert export.branch is None
    assert firm.decide(export, firm.second).status_code == 404
    assert firm.decide(export, firm.reader).status_code == 302
    export.refresh_from_db()
    assert export.state == "ready"


def test_after_seven_days_the_time_to_fetch_is_over(firm, time_machine):
    firm.ask()
    export = ListExport.objects.get()
    assert export.expires_at - export.asked_at == timedelta(days=7)
    time_machine.move_to(export.expires_at + timedelta(seconds=1))
    assert firm.fetch(export).status_code == 302
    assert (
        reverse("fetch-export", args=[export.uid])
        not in browser_of(firm.me).get(reverse("export-list")).content.decode()
    )
    export.refresh_from_db()
    assert export.fetched_count == 0


def test_no_more_rows_leave_than_were_approved(firm):
    firm.ask()
    export = ListExport.objects.get()
    stand(firm.night, client(firm.branch, "张后来", advisor=firm.me))
    assert len(table_of(firm.fetch(export))) == 1 + export.row_count == 4


def test_a_later_night_does_not_change_what_was_approved(firm):
    firm.ask(on="tier=vip")
    export = ListExport.objects.get()
    later = night(firm.branch, DAY + timedelta(days=1))
    stand(later, firm.night.standings.order_by("pk")[0].client, tier="vip")
    assert [row[0] for row in table_of(firm.fetch(export))[1:]] == ["张1", "张2"]


def test_one_file_takes_no_more_rows_than_somebody_decided(firm):
    limit("export_rows_most", 2)
    assert firm.ask().context["form"].non_field_errors()


cells = st.one_of(
    st.text(max_size=12), st.sampled_from([f"{sign}cmd" for sign in SIGNS]), st.integers(-9, 9), st.none()
)


@given(st.lists(st.lists(cells, min_size=1, max_size=3), min_size=1, max_size=4))
def test_no_cell_of_a_text_file_begins_like_a_formula(table):
    text = as_csv(table).decode("utf-8-sig")
    for row, told in zip(csv.reader(io.StringIO(text, newline="")), table, strict=False):
        for cell, value in zip(row, told, strict=False):
            assert isinstance(value, int) or not cell.startswith(SIGNS)


def test_a_workbook_takes_whatever_a_name_may_hold():
    body = as_xlsx([["=1+1", "a\x01b", None, -3]])
    assert [cell.value for cell in next(openpyxl.load_workbook(io.BytesIO(body)).active.iter_rows())] == [
        "'=1+1",
        "ab",
        None,
        -3,
    ]


def test_the_page_of_exports_takes_as_many_queries_for_ten_as_for_two(firm, django_assert_max_num_queries):
    limit("export_rows_others", 1)
    browser = browser_of(firm.boss)
    for times in (2, 10):
        for _ in range(times):
            firm.ask()
        with django_assert_max_num_queries(14):
            browser.get(reverse("export-list"))


def test_a_file_takes_as_many_queries_for_many_rows_as_for_few(firm, django_assert_max_num_queries):
    limit("export_rows_others", 1000)
    for n in range(60):
        stand(firm.night, client(firm.branch, f"众{n}", advisor=firm.me))
    firm.ask(cols="number,contact,tags,advisor,branch")
    browser, export = browser_of(firm.me), ListExport.objects.get()
    with django_assert_max_num_queries(12):
        assert len(table_of(browser.post(reverse("fetch-export", args=[export.uid])))) == 64
