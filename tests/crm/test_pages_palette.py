"""The palette: who is found by whom, what can be done from anywhere, and what a look-up costs."""

import re

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from crm import navigation
from crm.models import Branch, Staff
from tests.crm.page_firm import account, browser_of, client, night, staff, stand

pytestmark = pytest.mark.django_db
ASKED = {"HX-Request": "true"}


@pytest.fixture
def branch() -> Branch:
    return Branch.objects.create(code="1101", name="临江路营业部")


def page(browser: Browser, text: str = "", **more: str) -> str:
    return browser.get(reverse("find"), {"q": text, **more}, headers=ASKED).content.decode()


def lines(browser: Browser, text: str = "", **more: str) -> list[str]:
    """The words of the lines, as they are read aloud, without white space."""
    found = re.findall(r'role="option".*?>(.*?)</(?:a|button)>', page(browser, text, **more), re.DOTALL)
    return [re.sub(r"\s+|<[^>]+>", "", line) for line in found]


def names(browser: Browser, text: str = "", **more: str) -> list[str]:
    return re.findall(r'<b class="clip">(.*?)</b>', page(browser, text, **more))


@pytest.mark.parametrize("text", ["三", "zs", "zhangs", "5678", "9876"])
def test_a_client_is_found_however_somebody_remembers_them(branch: Branch, text: str) -> None:
    wanted = client(branch, "张三", phone="16412345678")
    account(wanted, "880012349876")
    client(branch, "李四")
    browser = browser_of(staff("boss", "manager", branch))
    assert names(browser, text) == ["张三"]
    assert f'href="{reverse("client-detail", args=[wanted.pk])}"' in page(browser, text)


def test_a_line_says_tier_risk_and_advisor(branch: Branch) -> None:
    boss, advisor = staff("boss", "manager", branch), staff("lin", "advisor", branch)
    stand(night(branch), client(branch, "张三", advisor=advisor), tier="vip", churn_band="high", churn_score=0.36)
    line = lines(browser_of(boss), "张三")[0]
    assert "VIP" in line
    assert "高36%" in line
    assert "员工lin" in line
    assert "员工lin" not in lines(browser_of(advisor), "张三")[0]


def test_everybody_finds_only_whom_they_see(branch: Branch) -> None:
    advisor, other = staff("lin", "advisor", branch), staff("wu", "advisor", branch)
    client(branch, "张三", advisor=advisor)
    client(branch, "张四", advisor=other)
    client(branch, "张五", advisor=advisor, is_restricted=True)
    elsewhere = Branch.objects.create(code="1102", name="望湖营业部")
    assert names(browser_of(advisor), "张") == ["张三"]
    assert names(browser_of(staff("boss", "manager", branch)), "zhang") == ["张三", "张四"]
    assert names(browser_of(staff("far", "manager", elsewhere)), "张") == []


def test_to_whom_names_are_masked_clients_are_found_by_number_only(branch: Branch) -> None:
    somebody = client(branch, "张三")
    account(somebody, "880012349876")
    reader, admin = browser_of(staff("officer", "compliance")), browser_of(staff("root", "admin"))
    assert names(reader, "张三") == names(reader, "zs") == []
    assert names(reader, "9876") == names(reader, somebody.client_number) == ["张••"]
    assert somebody.client_number not in page(reader, "9876")
    assert "/contact/" not in page(reader, "9876")
    assert names(admin, "9876") == []


def test_who_is_called_just_so_stands_first_and_then_who_brings_most(branch: Branch) -> None:
    published = night(branch)
    for number, name in enumerate(["张伟民", "张伟国", "张伟"]):
        stand(published, client(branch, name), measure_fen=(number + 1) * 100, rank=number + 1)
    stand(published, client(branch, "张伟豪"), measure_fen=9_000_00, rank=9)
    assert names(browser_of(staff("boss", "manager", branch)), "张伟") == ["张伟", "张伟豪", "张伟国", "张伟民"]


def test_what_does_not_fit_on_the_list_leads_to_the_client_list(branch: Branch) -> None:
    for _ in range(9):
        client(branch, "张三")
    browser = browser_of(staff("boss", "manager", branch))
    assert len(names(browser, "张三")) == 8
    assert f'href="{reverse("client-list")}?q=%E5%BC%A0%E4%B8%89"' in page(browser, "张三")


def test_clients_seen_last_come_in_the_order_in_which_the_browser_remembers_them(branch: Branch) -> None:
    advisor = staff("lin", "advisor", branch)
    first, second, foreign = (
        client(branch, name, advisor=own) for name, own in (("甲", advisor), ("乙", advisor), ("丙", None))
    )
    kept = f"{second.pk},{foreign.pk},{first.pk},{second.pk},nonsense,99999999999999999999999"
    assert names(browser_of(advisor), recent=kept) == ["乙", "甲"]
    assert names(browser_of(staff("root", "admin")), recent=kept) == []


@pytest.mark.parametrize(
    ("role", "offered", "absent"),
    [
        ("advisor", {"今日", "客户", "退出"}, {"启动夜间跑批", "新建分级方案", "导入文件"}),
        ("manager", {"启动夜间跑批", "新建分级方案"}, {"导入文件"}),
        ("admin", {"导入文件", "夜间跑批", "新建分级方案"}, {"客户"}),
        ("compliance", {"客户", "夜间跑批"}, {"启动夜间跑批", "新建分级方案", "导入文件"}),
    ],
)
def test_pages_and_actions_are_those_of_the_role(
    branch: Branch, role: str, offered: set[str], absent: set[str]
) -> None:
    found = set(lines(browser_of(staff("somebody", role, branch))))
    assert offered <= found
    assert not absent & found


@pytest.mark.parametrize("text", ["夜间", "yjpp", "yejian"])
def test_a_page_is_found_by_how_its_name_is_read(branch: Branch, text: str) -> None:
    assert lines(browser_of(staff("root", "admin")), text)[0] == "夜间跑批"


def test_in_english_the_other_language_is_offered_in_its_own_words(branch: Branch) -> None:
    browser = browser_of(staff("root", "admin"))
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with translation.override("en"):
        assert {"切换到中文", "Darkmode"} & set(lines(browser)) == {"切换到中文"}
        assert lines(browser, "nightly") == ["Nightlyruns"]


def test_nothing_found_says_how_to_look(branch: Branch) -> None:
    text = page(browser_of(staff("boss", "manager", branch)), "<b>龘")
    assert "没有与「&lt;b&gt;龘」相符的内容" in text
    assert "末四位" in text


def test_without_script_the_address_is_the_client_list(branch: Branch) -> None:
    boss, root = staff("boss", "manager", branch), staff("root", "admin")
    assert browser_of(boss).get(reverse("find"), {"q": "zs"})["Location"] == reverse("client-list") + "?q=zs"
    assert browser_of(root).get(reverse("find"), {"q": "zs"})["Location"] == reverse("home")


@pytest.mark.parametrize("role", ["advisor", "manager", "compliance"])
def test_a_look_up_costs_four_queries_however_many_fit(
    branch: Branch, role: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    person = staff("somebody", role, branch)
    published = night(branch)
    for number in range(12):
        one = client(branch, "张三", advisor=person if person.is_advisor else None)
        account(one, f"8800{number:04}9876")
        stand(published, one)
    browser = browser_of(person)
    with django_assert_max_num_queries(4):  # session, reader, clients, where they stand
        assert len(names(browser, "9876")) == 8


def test_the_page_of_a_client_is_remembered_by_the_browser_and_other_pages_are_not(branch: Branch) -> None:
    boss: Staff = staff("boss", "manager", branch)
    one = client(branch, "张三")
    browser = browser_of(boss)
    body = browser.get(reverse("client-detail", args=[one.pk])).content.decode()
    assert f'data-client="{one.pk}"' in body
    assert f'data-reader="{boss.pk}"' in body
    assert "data-client=" not in browser.get(reverse("client-list")).content.decode()


def test_what_is_done_for_a_client_opens_in_the_drawer_and_is_offered_to_who_serves_them(
    branch: Branch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(navigation, "address", lambda name, *args: f"/{name}/{''.join(map(str, args))}")
    one = client(branch, "张三")
    account(one, "880012349876")
    body = page(browser_of(staff("boss", "manager", branch)), "张三")
    assert re.search(rf'href="/record-contact/{one.pk}"\s+data-drawer', body)
    assert "对张三" in body
    assert "/record-contact/" not in page(browser_of(staff("officer", "compliance")), "9876")
