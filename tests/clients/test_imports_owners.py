"""Whose is a row: by securities account, fund account or client number, in which branch; and who may be made."""

import pytest

from clients.models import Account, Client, Trade
from crm.models import Branch, Staff
from tests.clients import files
from tests.clients.desk import Desk, counts, reasons

DAY = "2026-11-03"


@pytest.fixture
def two_people(desk: Desk) -> Desk:
    desk.clients("000", "001")
    desk.bring(
        [
            files.account("7000", "000"),
            files.account("A000000001", "000", kind="沪A", 所属资金账号="7000"),
            files.account("7001", "001"),
        ]
    )
    return desk


def owners() -> set[tuple[str, str]]:
    """Client number and account number of every trade."""
    return set(Trade.objects.values_list("client__client_number", "account__number"))


def test_the_securities_account_comes_before_the_fund_account_before_the_client_number(two_people: Desk) -> None:
    two_people.bring(
        [
            files.trade("000", DAY, "1", 资金账号="7000", 证券账号="A000000001"),
            files.trade("000", DAY, "2", 资金账号="7000"),
            files.trade("000", DAY, "3"),
            files.trade("", DAY, "4", 资金账号="7001"),
            files.trade("", DAY, "5", 证券账号="A000000001"),
        ]
    )
    assert owners() == {("000", "A000000001"), ("000", "7000"), ("000", "000"), ("001", "7001")}


def test_an_unknown_client_is_rejected_with_the_column_that_names_it(two_people: Desk) -> None:
    batch = two_people.bring([files.trade("999", DAY, "1"), files.trade("", DAY, "2", 资金账号="7999")])
    assert reasons(batch) == [(2, "unknown_client"), (3, "unknown_client")]
    assert list(batch.row_errors.values_list("column", flat=True)) == ["客户代码", "资金账号"]


def test_accounts_of_two_clients_in_one_row_contradict(two_people: Desk) -> None:
    batch = two_people.bring(
        [files.trade("001", DAY, "1", 资金账号="7000"), files.trade("000", DAY, "2", 资金账号="7000")]
    )
    assert reasons(batch) == [(2, "accounts_contradict")]
    assert counts(batch) == {"new": 1, "rejected": 1}


def test_a_name_that_contradicts_the_client_is_rejected(two_people: Desk) -> None:
    rows = [files.trade("000", DAY, "1", 客户姓名="客户000"), files.trade("000", DAY, "2", 客户姓名="别人")]
    batch = two_people.bring(rows)
    assert reasons(batch) == [(3, "name_contradicts")]
    assert "别人" not in batch.row_errors.get().value_masked


def test_an_account_that_a_row_names_for_a_known_client_is_made(two_people: Desk) -> None:
    rows = [
        files.trade("001", DAY, "1", 资金账号="7777"),
        files.trade("001", DAY, "2", 资金账号="7777"),
        files.trade("001", DAY, "3", 资金账号="7001", 证券账号="A000000009"),
    ]
    assert counts(two_people.bring(rows)) == {"new": 3}
    made = Account.objects.filter(number__in=["7777", "A000000009"]).order_by("number")
    assert [(a.number, a.family, a.client.client_number) for a in made] == [
        ("7777", "fund", "001"), ("A000000009", "securities", "001"),
    ]  # fmt: skip
    assert counts(two_people.bring(rows)) == {"unchanged": 3}


def test_the_account_file_completes_an_account_that_a_row_had_made(two_people: Desk) -> None:
    two_people.bring([files.trade("001", DAY, "1", 证券账号="A000000009")])
    batch = two_people.bring(
        [files.account("A000000009", "001", kind="沪A", 一码通="180000000001", 开户日期="2021-02-03")]
    )
    assert counts(batch) == {"changed": 1}
    account = Account.objects.get(number="A000000009")
    assert (account.kind, account.one_code, str(account.opened_on)) == ("sh_a", "180000000001", "2021-02-03")


def test_an_account_of_somebody_else_is_not_taken_away(two_people: Desk) -> None:
    batch = two_people.bring([files.account("7000", "001")])
    assert reasons(batch) == [(2, "account_of_another_client")]
    assert Account.objects.get(number="7000").client.client_number == "000"


def test_the_bank_card_of_an_account_is_sealed(two_people: Desk) -> None:
    two_people.bring([files.account("7000", "000", 银行卡号="6222021234567890123")])
    account = Account.objects.get(number="7000")
    assert account.card_index
    assert "6222021234567890123" not in account.card_sealed


def test_the_same_account_number_in_two_branches_needs_the_branch(desk: Desk) -> None:
    desk.clients("000")
    desk.clients("000", branch="1102")
    rows = [
        files.trade("000", DAY, "1"),
        files.trade("000", DAY, "2", branch="1102"),
        files.trade("000", DAY, "3", branch=""),
    ]
    batch = desk.bring(rows)
    # the third row names no branch in a file that names two
    assert reasons(batch) == [(4, "ambiguous_account")]
    assert set(Trade.objects.values_list("branch__code", "deal_key")) == {("1101", "1"), ("1102", "2")}


def test_a_file_without_branches_belongs_to_the_branch_that_a_person_says(desk: Desk) -> None:
    desk.clients("000")
    desk.clients("000", branch="1102")
    row = files.trade("000", DAY, "1")
    del row["营业部代码"]
    assert reasons(desk.check([row])) == [(2, "ambiguous_account")]
    desk.bring([row], branch=Branch.objects.get(code="1102"))
    assert Trade.objects.get().branch.code == "1102"


def test_in_a_firm_of_one_branch_nobody_has_to_name_it(desk: Desk) -> None:
    branch = desk.branch()
    row = files.client("000")
    del row["营业部代码"]
    desk.bring([row])
    assert Client.objects.get().branch == branch


def test_unknown_branches_and_advisors_are_offered_and_made_only_when_allowed(desk: Desk) -> None:
    rows = [
        files.client("000", branch="2201", 营业部名称="南山营业部", 客户经理工号="E7", 客户经理姓名="李四"),
        files.client("001", branch="2201", 营业部名称="南山营业部"),
    ]
    batch = desk.bring(rows)
    assert reasons(batch) == [(2, "unknown_branch"), (3, "unknown_branch")]
    assert batch.unknown == {
        "branches": [{"code": "2201", "name": "南山营业部"}],
        "advisors": [{"code": "E7", "name": "李四"}],
    }
    assert not Branch.objects.filter(code="2201").exists()
    batch = desk.bring(rows, create_unknown=True)
    assert counts(batch) == {"new": 2}
    assert Branch.objects.get(code="2201").name == "南山营业部"
    advisor = Staff.objects.get(employee_code="E7")
    assert (advisor.name, advisor.role, advisor.has_usable_password()) == ("李四", "advisor", False)
    assert [b.code for b in advisor.branches.all()] == ["2201"]
    assert Client.objects.get(client_number="000").advisor == advisor


def test_a_branch_or_advisor_whose_code_has_no_room_is_not_made_and_long_names_are_cut(desk: Desk) -> None:
    rows = [
        files.client("000", branch="B" * 25),
        files.client("001", branch="2201", 营业部名称="营" * 110, 客户经理工号="E7", 客户经理姓名="李" * 70),
        files.client("002", branch="2201", 客户经理工号="E" * 35),
    ]
    batch = desk.bring(rows, create_unknown=True)
    assert reasons(batch) == [(2, "unknown_branch"), (4, "unknown_advisor")]
    assert len(Branch.objects.get(code="2201").name) == 100
    assert len(Staff.objects.get(employee_code="E7").name) == 60


def test_an_unknown_advisor_of_a_known_branch_rejects_the_row(desk: Desk) -> None:
    desk.branch()
    batch = desk.bring([files.client("000", 客户经理工号="E7"), files.client("001")])
    assert reasons(batch) == [(2, "unknown_advisor")]
    assert counts(batch) == {"new": 1, "rejected": 1}


def test_a_single_account_file_asks_whose_it_is(two_people: Desk) -> None:
    row = files.trade("", DAY, "1")
    for header in ("客户代码", "资金账号", "营业部代码"):
        del row[header]
    batch = two_people.check([row])
    assert (batch.state, batch.error["code"]) == ("held", "needs_account")
    two_people.bring([row], account="7001")
    assert owners() == {("001", "7001")}


def test_a_file_without_a_date_asks_for_the_day(two_people: Desk) -> None:
    row = files.trade("000", DAY, "1")
    del row["成交日期"]
    batch = two_people.check([row])
    assert (batch.state, batch.error["code"]) == ("held", "needs_day")
    two_people.bring([row], day=Trade._meta.get_field("traded_on").to_python(DAY))
    assert str(Trade.objects.get().traded_on) == DAY
