"""The client file: field by field, what a person typed stays, contradictions wait, personal values are sealed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection

from clients.by_hand import write_by_hand
from clients.models import Account, Client, IdentityConflict
from crm.lib.crypto import blind_index, unseal
from crm.models import Staff
from tests.clients import files
from tests.clients.desk import Desk, bytes_of_database, counts, facts, the_client

FULL = {
    "证件类型": "身份证", "证件号码": "110105491231002", "手机号码": "13800001234", "电子邮箱": "a@b.cn", "联系地址": "北京路1号",
    "出生日期": "1949-12-31", "职业": "教师", "风险等级": "C3", "称呼": "张老师",
}  # fmt: skip


def type_by_hand(client: Client, desk: Desk, **values: object) -> Staff:
    """What a page does when a person edits a client."""
    staff, _ = Staff.objects.get_or_create(username="hand", defaults={"name": "王经理", "role": "manager"})
    write_by_hand(client, values, by=staff, at=desk.clock())
    return staff


@pytest.fixture
def known(desk: Desk) -> Desk:
    desk.branch()
    desk.bring([files.client("000", "张三", **FULL)])
    return desk


def test_a_file_overwrites_what_another_file_said(known: Desk) -> None:
    batch = known.bring([files.client("000", "张三", **(FULL | {"职业": "医生", "手机号码": "13911112222"}))])
    assert counts(batch) == {"changed": 1}
    client = the_client("000")
    assert client.occupation == "医生"
    assert unseal(client.phone_sealed, table="clients_client", column="phone", owner=client.uid) == "13911112222"
    assert client.phone_tail_index == blind_index("2222", column="phone_tail")
    assert client.identity_sealed


def test_client_numbers_are_found_again_however_the_database_sorts_letters(known: Desk) -> None:
    numbers = ["a1", "B1", "C-3", "9_9", "Z9"]
    known.bring([files.client(number, "张三") for number in (*numbers, "0001", "zz")])
    batch = known.bring([files.client(number, "张三", 职业="医生") for number in numbers])
    assert counts(batch) == {"changed": len(numbers)}


def test_a_blank_never_erases(known: Desk) -> None:
    before = facts()
    batch = known.bring([files.client("000", "张三", **dict.fromkeys(FULL, ""))])
    assert counts(batch) == {"unchanged": 1}
    assert facts() == before


def test_the_field_policy_fills_blanks_or_never_touches(known: Desk) -> None:
    policy = {"occupation": "never", "email": "fill", "education": "fill", "phone_index": "never"}
    said = FULL | {
        "职业": "医生",
        "电子邮箱": "x@y.cn",
        "学历": "本科",
        "手机号码": "13911112222",
        "联系地址": "南京路2号",
    }
    known.bring([files.client("000", "张三", **said)], field_policy=policy)
    client = the_client("000")
    assert (client.occupation, client.email, client.education, client.address) == (
        "教师",
        "a@b.cn",
        "本科",
        "南京路2号",
    )
    assert client.phone_index == blind_index("13800001234", column="phone")
    assert client.phone_tail_index == blind_index("1234", column="phone_tail")


def test_what_a_person_typed_is_never_silently_overwritten(known: Desk) -> None:
    type_by_hand(the_client("000"), known, occupation="退休", closed_on=None)
    batch = known.bring([files.client("000", "张三", **(FULL | {"职业": "医生", "联系地址": "新路3号"}))])
    assert counts(batch) == {"changed": 1}
    client = the_client("000")
    assert (client.occupation, client.address) == ("退休", "新路3号")


def test_a_contradicting_name_waits_for_a_person(known: Desk) -> None:
    batch = known.bring([files.client("000", "张四", **(FULL | {"职业": "医生"}))])
    assert counts(batch) == {"changed": 1, "waiting": 1}
    client, conflict = the_client("000"), IdentityConflict.objects.get()
    assert (client.name, client.occupation) == ("张三", "医生")
    said = unseal(conflict.value_sealed, table="clients_identityconflict", column="name", owner=client.uid)
    assert (conflict.field, conflict.decision, said) == ("name", "open", "张四")
    known.bring([files.client("000", "张四", **FULL)])
    assert IdentityConflict.objects.count() == 1


def test_a_contradicting_document_waits_with_its_kind(known: Desk) -> None:
    known.bring([files.client("000", "张三", **(FULL | {"证件类型": "护照", "证件号码": "E12345678"}))])
    client = the_client("000")
    assert client.identity_type == "id_card"
    assert IdentityConflict.objects.get().field == "identity_index"
    assert (
        unseal(client.identity_sealed, table="clients_client", column="identity", owner=client.uid) == "110105491231002"
    )


def test_the_18_digit_upgrade_and_the_credit_code_are_no_contradiction(known: Desk) -> None:
    known.bring([files.client("000", "张三", **(FULL | {"证件号码": "11010519491231002X"}))])
    company = {"客户类别": "机构", "证件类型": "组织机构代码", "证件号码": "M000100Y-4"}
    known.bring([files.client("900", "东方贸易", **company)])
    known.bring(
        [
            files.client(
                "900", "东方贸易", **(company | {"证件类型": "统一社会信用代码", "证件号码": "91350100M000100Y43"})
            )
        ]
    )
    assert IdentityConflict.objects.count() == 0


def test_a_contradiction_taken_back_with_its_file_is_open_again_when_the_file_comes_again(known: Desk) -> None:
    rows = [files.client("000", "张四", **FULL)]
    known.undo(known.bring(rows))
    assert IdentityConflict.objects.get().decision == "refused"
    again = known.bring(rows)
    conflict = IdentityConflict.objects.get()
    assert (conflict.decision, conflict.batch, conflict.decided_at) == ("open", again, None)


def test_a_contradiction_that_a_person_refused_stays_refused(known: Desk) -> None:
    staff = type_by_hand(the_client("000"), known)
    rows = [files.client("000", "张四", **FULL)]
    known.bring(rows)
    IdentityConflict.objects.update(decision="refused", decided_by=staff, decided_at=datetime(2026, 11, 20, tzinfo=UTC))
    known.bring(rows)
    assert IdentityConflict.objects.get().decision == "refused"


def test_closed_without_a_date_closes_on_the_day_of_the_file_and_stays_there(known: Desk) -> None:
    closed = [files.client("000", "张三", 客户状态="销户")]
    known.bring(closed, "客户资料_20261101.csv")
    assert str(the_client("000").closed_on) == "2026-11-01"
    known.bring([closed[0] | {"职业": "医生"}], "客户资料_20261105.csv")
    assert str(the_client("000").closed_on) == "2026-11-01"
    known.bring([files.client("000", "张三", 客户状态="销户", 销户日期="2026-10-30")], "客户资料_20261106.csv")
    assert str(the_client("000").closed_on) == "2026-10-30"


def test_a_client_who_is_opened_again_is_not_closed(known: Desk) -> None:
    known.bring([files.client("000", "张三", 客户状态="销户")], "a_20261101.csv")
    known.bring([files.client("000", "张三", 客户状态="正常")], "a_20261105.csv")
    client = the_client("000")
    assert (client.state, client.closed_on) == ("normal", None)
    known.bring([files.client("000", "张三", 客户状态="销户")], "a_20261110.csv")
    assert str(the_client("000").closed_on) == "2026-11-10"


def test_a_new_client_that_is_closed_already_has_a_day(known: Desk) -> None:
    known.bring([files.client("001", 客户状态="销户")], "a_20261101.csv")
    assert str(the_client("001").closed_on) == "2026-11-01"


def test_every_client_has_one_account_of_its_number(known: Desk) -> None:
    known.bring([files.client("000", "张三"), files.client("001")])
    assert list(Account.objects.order_by("number").values_list("number", "family", "kind")) == [
        ("000", "client", "client"), ("001", "client", "client"),
    ]  # fmt: skip


def test_no_thief_reads_personal_values_in_the_database(open_desk: Desk, var_dir: Path) -> None:
    open_desk.branch()
    card = "6222021234567890123"
    open_desk.bring([files.client("000", "张三", **FULL)])
    open_desk.bring([files.account("7000", "000", 银行卡号=card)])
    open_desk.bring([files.client("000", "张三", **(FULL | {"手机号码": "13911112222", "证件号码": "E99887766"}))])
    open_desk.bring([files.client("000", "张三", **(FULL | {"手机号码": "13711113333"}))])
    stored = bytes_of_database()
    assert b"000" in stored
    for secret in ("110105491231002", "11010519491231002X", "13800001234", "13911112222", "E99887766", card):
        assert secret.encode() not in stored, secret
    assert connection.vendor in {"sqlite", "postgresql"}


def test_a_client_is_found_by_name_pinyin_number_and_the_last_four_digits(known: Desk) -> None:
    known.bring([files.client("001", "曾国藩", 手机号码="13900005678"), files.client("002", "尉迟恭")])
    known.bring([files.account("70000004321", "002")])

    def found(text: str, **how: bool) -> list[str]:
        return sorted(Client.objects.all().matching(text, **how).values_list("client_number", flat=True))

    assert found("曾国") == found("zgf") == found("zengguofan") == found("5678") == found("001") == ["001"]
    assert found("ycg") == found("4321") == ["002"]
    assert found("曾国", by_name=False) == []


def test_a_client_said_twice_in_one_file_is_taken_once(desk: Desk) -> None:
    desk.branch()
    batch = desk.bring([files.client("000"), files.client("000", 职业="医生")])
    assert counts(batch) == {"new": 1, "rejected": 1}
    assert [e.code for e in batch.row_errors.all()] == ["key_twice"]
