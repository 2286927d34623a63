"""The client list: who is on it, in which order, and that page 500 costs what page 1 does."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.lib.keyset import BadCursor, Order
from crm.models import Branch
from crm.pages.list_filters import SORTS
from segmentation.models import StateChange, TierMove, TierScheme
from tests.crm.page_firm import DAY, account, browser_of, client, night, staff, stand

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch() -> Branch:
    return Branch.objects.create(code="1101", name="临江路营业部")


def names(response) -> list[str]:
    return [row.client.name for row in response.context["page"].rows]


def crowd(branch, count, advisor=None):
    published = night(branch)
    for n in range(count):
        person = client(branch, f"客户{n:03d}", advisor=advisor)
        stand(
            published,
            person,
            measure_fen=(n % 7) * 100,
            net_assets_fen=n * 1000,
            at_risk_fen=None if n % 5 == 0 else (n % 4) * 1000,
            churn_band="" if n % 5 == 0 else ("low", "watch", "raised", "high")[n % 4],
            churn_score=None if n % 5 == 0 or n % 3 == 0 else 0.01 * (n % 4),
            last_active_on=None if n % 6 == 0 else DAY - timedelta(days=n % 9),
        )
    return published


def test_an_advisor_sees_own_clients_of_the_latest_night_only(branch):
    me, other = staff("me", "advisor", branch), staff("other", "advisor", branch)
    mine, theirs = client(branch, "沈慕云", advisor=me), client(branch, "顾承远", advisor=other)
    earlier, latest = night(branch, date(2026, 11, 19)), night(branch)
    stand(earlier, mine, tier="vip")
    for person in (mine, theirs):
        stand(latest, person, tier="key")
    response = browser_of(me).get(reverse("client-list"))
    assert names(response) == ["沈慕云"]
    assert response.context["page"].rows[0].tier == "key"


@pytest.mark.parametrize("sort", [*SORTS, *(f"-{name}" for name in SORTS)])
def test_walking_forward_and_back_meets_every_client_once_in_every_order(branch, sort):
    boss = staff("boss", "manager", branch)
    crowd(branch, 61)
    browser = browser_of(boss)
    address, forward = reverse("client-list") + f"?sort={sort}&size=25", []
    while address:
        response = browser.get(address)
        forward += [row.client_id for row in response.context["page"].rows]
        last, address = address, response.context["next_url"]
    assert len(forward) == len(set(forward)) == 61
    backward, address = [], last
    while address:
        response = browser.get(address)
        backward = [row.client_id for row in response.context["page"].rows] + backward
        address = response.context["previous_url"]
    assert backward == forward


@pytest.mark.parametrize("sort", ["-risk_money", "risk_money", "-risk", "rank", "-assets", "name"])
def test_the_nights_of_several_branches_are_merged_into_one_order(branch, sort):
    other = Branch.objects.create(code="1102", name="望湖营业部")
    boss = staff("boss", "manager", branch, other)
    crowd(branch, 33)
    crowd(other, 38)
    night(Branch.objects.create(code="1103", name="青石街营业部"))
    browser = browser_of(boss)
    whole = [
        row.client_id for row in browser.get(reverse("client-list") + f"?sort={sort}&size=200").context["page"].rows
    ]
    assert len(set(whole)) == 71
    address, walked = reverse("client-list") + f"?sort={sort}&size=25", []
    while address:
        response = browser.get(address)
        walked += [row.client_id for row in response.context["page"].rows]
        address = response.context["next_url"]
    assert walked == whole
    keys = [row.at_risk_fen for row in browser.get(reverse("client-list") + "?size=100").context["page"].rows]
    assert keys == sorted(keys, key=lambda fen: (fen is None, -(fen or 0)))


def test_the_rows_of_several_branches_are_looked_up_by_their_ids_alone(branch):
    """A second condition on the nights would be where a database begins that knows nothing yet of those just published."""
    crowd(branch, 5)
    crowd(Branch.objects.create(code="1102", name="城南营业部"), 5)
    with CaptureQueriesContext(connection) as asked:
        browser_of(staff("reader", "compliance")).get(reverse("client-list"))
    rows = [query["sql"] for query in asked if "WITH firsts" in query["sql"]]
    assert rows
    assert all("publication_id" not in sql.partition(" WHERE ")[2].partition("WITH firsts")[0] for sql in rows)


def test_nothing_measured_comes_last_in_both_directions(branch):
    boss = staff("boss", "manager", branch)
    published = night(branch)
    for name, at_risk in (("有", 5000), ("无", None), ("少", 100)):
        stand(published, client(branch, name), at_risk_fen=at_risk)
    browser = browser_of(boss)
    assert names(browser.get(reverse("client-list") + "?sort=-risk_money")) == ["有", "少", "无"]
    assert names(browser.get(reverse("client-list") + "?sort=risk_money")) == ["少", "有", "无"]


def test_the_page_takes_as_many_queries_for_fifty_rows_as_for_ten(branch):
    boss = staff("boss", "manager", branch)
    published = crowd(branch, 10)
    browser = browser_of(boss)
    with CaptureQueriesContext(
        connection,
    ) as ten:
        assert len(names(browser.get(reverse("client-list")))) == 10
    for n in range(40):
        stand(published, client(branch, f"又一{n}", advisor=boss))
    with CaptureQueriesContext(connection) as fifty:
        assert len(names(browser.get(reverse("client-list")))) == 50
    assert len(fifty) == len(ten) <= 8
    assert not any("OFFSET" in query["sql"] for query in fifty.captured_queries)


def test_a_later_page_reads_no_offset_and_as_many_queries(branch):
    boss = staff("boss", "manager", branch)
    crowd(branch, 60)
    browser = browser_of(boss)
    following = browser.get(reverse("client-list") + "?size=25&sort=-assets").context["next_url"]
    with CaptureQueriesContext(connection) as later:
        browser.get(following)
    assert len(later) <= 8
    assert not any("OFFSET" in query["sql"] for query in later.captured_queries)


def test_filters_stand_in_the_address_and_the_fragment_carries_only_what_changes(branch):
    boss = staff("boss", "manager", branch)
    published = night(branch)
    stand(published, client(branch, "高险"), tier="vip", churn_band="high", dormancy="cooling")
    stand(published, client(branch, "低险"), tier="vip", churn_band="low")
    stand(published, client(branch, "小户"), tier="small", churn_band="high")
    address = reverse("client-list") + "?tier=vip&band=high&band=raised&state=cooling&q=&junk=1&tier=nonsense"
    response = browser_of(boss).get(address, headers={"HX-Request": "true"})
    assert names(response) == ["高险"]
    assert b"<html" not in response.content
    assert response["HX-Push-Url"] == reverse("client-list") + "?tier=vip&band=high&band=raised&state=cooling"
    assert "HX-Request" in response["Vary"]


@pytest.mark.parametrize("text", ["三", "zs", "zhangsan", "5678", "9876", "张三"])
def test_a_client_is_found_by_characters_pinyin_initials_and_last_four(branch, text):
    boss = staff("boss", "manager", branch)
    published = night(branch)
    wanted = client(branch, "张三", phone="16412345678")
    account(wanted, "880012349876")
    account(wanted, "990012349876", kind="margin")
    stand(published, wanted)
    stand(published, client(branch, "李四", phone="16400000000"))
    assert names(browser_of(boss).get(reverse("client-list"), {"q": text})) == ["张三"]


def test_compliance_reads_masked_names_and_cannot_search_by_name(branch):
    reader = staff("reader", "compliance")
    published = night(branch)
    person = client(branch, "张三")
    stand(published, person)
    browser = browser_of(reader)
    assert "张三" not in browser.get(reverse("client-list")).content.decode()
    assert "张••" in browser.get(reverse("client-list")).content.decode()
    assert names(browser.get(reverse("client-list"), {"q": "张三"})) == []
    assert names(browser.get(reverse("client-list"), {"q": "zs"})) == []
    assert names(browser.get(reverse("client-list"), {"q": person.client_number})) == ["张三"]


def test_where_no_sums_tell_the_count_stops(branch, monkeypatch):
    monkeypatch.setattr("crm.pages.client_list.COUNTED_UP_TO", 30)
    browser = browser_of(staff("boss", "manager", branch))
    crowd(branch, 31)
    totals = browser.get(reverse("client-list") + "?size=25").context["totals"]
    assert (totals.words, totals.is_more) == ("30+", True)
    whole = browser.get(reverse("client-list") + "?size=50").context["totals"]
    assert (whole.words, whole.is_more) == ("31", False)  # they are all on the page


def test_news_of_the_night_are_filters(branch):
    boss = staff("boss", "manager", branch)
    published = night(branch)
    risen, fallen, moved, still = (client(branch, name) for name in ("升险", "降险", "升级", "不变"))
    for person in (risen, fallen, moved, still):
        stand(published, person)
    common = {"publication": published, "branch": branch, "day": DAY}
    StateChange.objects.create(client=risen, subject="band", before="low", after="raised", **common)
    StateChange.objects.create(client=fallen, subject="band", before="high", after="watch", **common)
    ledger = {**common, "scheme": TierScheme.objects.get(branch=None), "measure_fen": 1, "rank": 3}
    TierMove.objects.create(client=moved, from_tier="small", to_tier="key", why="own", **ledger)
    TierMove.objects.create(client=still, from_tier="", to_tier="small", why="first", **ledger)
    browser = browser_of(boss)
    assert names(browser.get(reverse("client-list") + "?news=risk")) == ["升险"]
    assert names(browser.get(reverse("client-list") + "?news=tier")) == ["升级"]


def test_an_earlier_day_is_shown_from_its_own_night(branch):
    boss = staff("boss", "manager", branch)
    person = client(branch, "张三")
    stand(night(branch, date(2026, 10, 30)), person, tier="vip")
    stand(night(branch), person, tier="small")
    response = browser_of(boss).get(reverse("client-list") + "?day=2026-10-30")
    assert [row.tier for row in response.context["page"].rows] == ["vip"]
    assert browser_of(boss).get(reverse("client-list") + "?day=2026-13-99").status_code == 200


@pytest.mark.parametrize("query", ["?after=nonsense", "?sort=-assets&after=x~1", "?after=1~y", "?before=~"])
def test_a_cursor_that_no_list_has_written_is_missing(branch, query):
    boss = staff("boss", "manager", branch)
    crowd(branch, 3)
    assert browser_of(boss).get(reverse("client-list") + query).status_code == 404


def test_a_cursor_says_what_was_measured_and_whose_row_it_was():
    order = Order("at_risk_fen", int)
    assert order.read("3060300~123") == (3060300, 123)
    assert order.read("~123") == (None, 123)
    with pytest.raises(BadCursor):
        order.read("12~")


def test_whose_clients_are_asked_for_once_a_branch_is_chosen(branch):
    other = Branch.objects.create(code="1102", name="望湖营业部")
    staff("here", "advisor", branch)
    there = staff("there", "advisor", other)
    for each in (branch, other):
        stand(night(each), client(each))
    browser = browser_of(staff("reader", "compliance"))
    form = reverse("condition-form")
    offered = [str(value) for value, _word in browser.get(form, {"name": "advisor"}).context["options"]]
    assert offered == ["none"]
    asked = browser.get(form, {"name": "advisor", "on": "branch=1102"})
    assert [str(value) for value, _word in asked.context["options"]] == [str(there.pk), "none"]
    named = browser.get(reverse("client-list") + f"?advisor={there.pk}").content.decode()
    assert "员工there" in named


def test_of_a_branch_that_is_asked_for_only_that_night_is_read(branch):
    other = Branch.objects.create(code="1102", name="望湖营业部")
    for each, name in ((branch, "此处"), (other, "彼处")):
        stand(night(each), client(each, name))
    browser = browser_of(staff("boss", "manager", branch, other))
    assert names(browser.get(reverse("client-list") + "?f=branch:1102")) == ["彼处"]
    assert names(browser.get(reverse("client-list") + "?branch=1102")) == ["彼处"]
    assert names(browser.get(reverse("client-list") + "?f=!branch:1102")) == ["此处"]
