"""Looking for somebody: by any characters of the name, by how it is read, by the last four digits."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.models import Client
from clients.querysets import sought
from crm.models import Branch
from tests.crm import page_firm

pytestmark = pytest.mark.django_db
NAMES = ("张建国", "国建华", "尉迟建", "John Smith", "100%好_公司", "乐乐", "ABC贸易", "o'neil\\co")


@pytest.fixture
def crowd() -> dict[int, str]:
    branch = Branch.objects.create(code="1101", name="临江路营业部")
    return {page_firm.client(branch, name).pk: name for name in NAMES}


def found(text: str, **how: bool) -> list[str]:
    return sorted(Client.objects.filter(sought(text, **how)).values_list("name", flat=True))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("建国", ["张建国"]),
        ("国建", ["国建华"]),
        ("建", ["国建华", "尉迟建", "张建国"]),
        ("John S", ["John Smith"]),
        ("john", ["John Smith"]),
        ("zjg", ["张建国"]),
        ("zhangjian", ["张建国"]),
        ("xl", []),
        ("yueyue", ["乐乐"]),
        ("abc", ["ABC贸易"]),
        ("%", ["100%好_公司"]),
        ("好_", ["100%好_公司"]),
        ("'", ["o'neil\\co"]),
        ("l\\c", ["o'neil\\co"]),
        ("建 国", []),
        ("{建,国}", []),
    ],
)
def test_a_name_is_found_by_its_characters_in_their_order_or_by_the_beginning_of_a_reading(
    crowd: dict[int, str], text: str, wanted: list[str]
) -> None:
    assert found(text) == wanted
    assert found(text, by_name=False) == []


@given(st.text(alphabet="张建国华乐 Johnsmith%_\\'\"{},|&:*!()<>-ABCzjg1", min_size=1, max_size=5))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_the_search_finds_who_has_it_in_the_name(crowd: dict[int, str], text: str) -> None:
    asked = text.strip()
    found_now = found(text)
    if asked and not (asked.isascii() and asked.isalnum()):
        assert {name for name in NAMES if asked in name} <= set(found_now)


def test_a_number_is_found_whole_and_by_everybody_who_sees_the_client(crowd: dict[int, str]) -> None:
    somebody = Client.objects.get(name="张建国")
    assert found(somebody.client_number) == found(somebody.client_number, by_name=False) == ["张建国"]
    assert found(somebody.client_number[1:]) == []


@pytest.mark.postgres
@pytest.mark.parametrize(("text", "index"), [("建国", "client_characters"), ("zjg", "client_readings")])
def test_postgresql_answers_from_the_index(crowd: dict[int, str], text: str, index: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert index in Client.objects.filter(sought(text)).explain()
