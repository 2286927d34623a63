"""What the night keeps of loyalty: every client's step and place, written only where something changed, and sums that add up."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import Account, Background, Client
from crm.models import AuditEvent
from segmentation.models import Standing
from servicing.complaints.receiving import Given, receive_complaint
from servicing.loyalty.figures import Sums, map_of
from servicing.loyalty.keeping import keep_loyalty
from servicing.models import Callback, CallbackAttempt, Complaint, Loyalty, LoyaltyFigures, LoyaltyStep, Quadrant
from servicing.openings.linking import link_client
from servicing.openings.people import Person, begin_opening
from servicing.plans import make_plan
from servicing.referrals.working import open_referral
from tests.crm.page_firm import account, client, night, stand
from tests.servicing.desk import AT, DAY
from tests.servicing.loyalty_desk import LoyaltyDesk, make_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> LoyaltyDesk:
    return make_desk()


def complain(desk: LoyaltyDesk, who: Client, about: Any = None) -> Complaint:
    return receive_complaint(
        desk.branch,
        Given("conduct", "serious", "没有人回电", about),
        client=who,
        how="phone",
        uid=uuid4(),
        at=AT,
        by=desk.manager,
    )


def test_the_night_keeps_a_step_a_place_and_what_they_rest_on(desk: LoyaltyDesk) -> None:
    who = desk.person(("main", "etf"))
    account(who, "660012349876", kind="margin")
    make_plan(who, by=desk.advisor, at=AT)
    Background.objects.create(
        branch=desk.branch, client=who, is_strategic=True, elsewhere_fen=300_00, changed_by=desk.advisor, changed_at=AT
    )
    desk.keep()
    row = desk.of(who)
    assert row.uses == "etf,main,margin,plan"
    assert (row.years, row.wallet) == (11, 25)
    assert (row.step, row.told_step) == (LoyaltyStep.CORE, LoyaltyStep.CORE)
    assert (row.depending, row.quadrant) == (46, Quadrant.LASTING)  # (66 + 25) / 2 = 45.5


def test_a_second_night_of_the_same_writes_nothing_and_a_changed_one_what_changed(desk: LoyaltyDesk) -> None:
    first, second = desk.person(), desk.person()
    assert desk.keep() == {"added": 2, "changed": 0, "removed": 0}
    told = AuditEvent.objects.filter(action="keep-loyalty").count()
    with CaptureQueriesContext(connection) as asked:
        assert desk.keep() == {"added": 0, "changed": 0, "removed": 0}
    assert not [one for one in asked if one["sql"].startswith(("INSERT", "UPDATE"))]
    assert AuditEvent.objects.filter(action="keep-loyalty").count() == told == 1
    Standing.objects.filter(client=second).update(churn_band="high", churn_score=0.5)
    assert desk.keep() == {"added": 0, "changed": 1, "removed": 0}
    assert (desk.of(first).step, desk.of(second).step) == (LoyaltyStep.LOYAL, LoyaltyStep.TRUSTING)


def test_a_score_that_moves_writes_a_row_only_where_it_moves_the_place(desk: LoyaltyDesk) -> None:
    who = desk.person()  # eleven years: full
    desk.keep()
    standing = Standing.objects.filter(client=who)
    standing.update(churn_score=0.80)  # (100 + 20) / 2 is the cut
    assert desk.keep() == {"added": 0, "changed": 0, "removed": 0}
    standing.update(churn_score=0.83)  # 58.5
    assert desk.keep() == {"added": 0, "changed": 1, "removed": 0}
    assert desk.of(who).quadrant == Quadrant.DEPENDING


def test_who_is_restricted_wants_no_scores_or_has_left_stands_nowhere(desk: LoyaltyDesk) -> None:
    kept, hidden, unscored, gone = (desk.person() for _ in range(4))
    desk.keep()
    Client.objects.filter(pk=hidden.pk).update(is_restricted=True)
    Client.objects.filter(pk=unscored.pk).update(is_unscored=True)
    Standing.objects.filter(client=gone).delete()
    assert desk.keep()["removed"] == 3
    assert set(Loyalty.objects.values_list("client", flat=True)) == {kept.pk}


def test_the_map_adds_up_to_the_night_and_a_client_restricted_since_is_taken_off(desk: LoyaltyDesk) -> None:
    both = desk.person(standing={"net_assets_fen": 500_00, "measure_fen": 40_00})
    new = desk.person(
        ("main",), opened_on=DAY, standing={"net_assets_fen": 70_00, "measure_fen": 3_00, "churn_score": 0.9}
    )
    desk.keep()
    found = map_of(desk.manager, desk.night)
    assert found is not None
    assert found.quadrants == {
        "both": Sums(1, 500_00, 40_00), "lasting": Sums(), "depending": Sums(), "neither": Sums(1, 70_00, 3_00)
    }  # fmt: skip
    assert found.steps[LoyaltyStep.LOYAL] == Sums(1, 500_00, 40_00)
    assert found.whole == Sums(2, 570_00, 43_00)
    Client.objects.filter(pk=new.pk).update(is_restricted=True)
    after = map_of(desk.manager, desk.night)
    assert after is not None
    assert after.whole == Sums(1, 500_00, 40_00)
    of_all = map_of(desk.compliance, desk.night)
    assert of_all is not None
    assert of_all.whole.clients == 2
    assert map_of(desk.colleague, desk.night).whole == Sums()  # type: ignore[union-attr]
    assert desk.of(both).quadrant == Quadrant.BOTH


def test_the_map_of_a_branch_asks_as_much_whatever_its_size(desk: LoyaltyDesk) -> None:
    def asked() -> int:
        desk.keep()
        with CaptureQueriesContext(connection) as queries:
            map_of(desk.manager, desk.night)
        return len(queries)

    desk.person()
    before = asked()
    for _ in range(12):
        desk.person()
    assert asked() == before == 2


def test_the_advisor_complained_about_sees_no_sign_of_it(desk: LoyaltyDesk) -> None:
    about, plain = desk.person(), desk.person()
    complain(desk, about, desk.advisor)
    complain(desk, plain)
    desk.keep()
    assert (desk.of(about).step, desk.of(about).told_step) == (LoyaltyStep.NONE, LoyaltyStep.LOYAL)
    assert (desk.of(plain).step, desk.of(plain).told_step) == (LoyaltyStep.NONE, LoyaltyStep.NONE)
    own, whole = map_of(desk.advisor, desk.night), map_of(desk.manager, desk.night)
    assert own is not None
    assert own.steps[LoyaltyStep.NONE].clients == 1
    assert whole is not None
    assert whole.steps[LoyaltyStep.NONE].clients == 2


def test_the_latest_answer_counts_whether_after_a_complaint_or_when_called_back(desk: LoyaltyDesk) -> None:
    who = desk.person()

    def say(answer: str, hour: int) -> None:
        call, _ = Callback.objects.get_or_create(branch=desk.branch, client=who, kind="new", due_on=DAY, made_at=AT)
        CallbackAttempt.objects.create(
            callback=call, client=who, caller=desk.colleague, advisor=desk.advisor, outcome="reached",
            answers={"service": answer}, made_at=AT.replace(hour=hour),
        )  # fmt: skip

    desk.keep()
    assert desk.of(who).is_pleased is None
    say("yes", 5)  # there is something to complain of
    desk.keep()
    assert (desk.of(who).is_pleased, desk.of(who).step, desk.of(who).told_step) == (False, 0, LoyaltyStep.LOYAL)
    say("no", 6)
    desk.keep()
    assert (desk.of(who).is_pleased, desk.of(who).step) == (True, LoyaltyStep.LOYAL)


def test_a_new_client_counts_once_for_whoever_brought_them_in(desk: LoyaltyDesk) -> None:
    who = desk.person()
    came = client(desk.branch, "公冶明远", advisor=desk.advisor, opened_on=DAY)
    open_referral(desk.recommend(who), came, by=desk.advisor, at=AT)
    person = Person(name="公冶明远", phone="16412345678", source="referral", started_on=DAY, referrer=who)
    opening = begin_opening(person, branch=desk.branch, owner=desk.advisor, uid=uuid4(), by=desk.advisor, at=AT)
    link_client(opening, came, by=desk.advisor, at=AT)
    desk.keep()
    assert (desk.of(who).referrals, desk.of(who).step) == (1, LoyaltyStep.CORE)


def test_figures_of_a_pruned_night_go_with_it_and_the_rows_stay(desk: LoyaltyDesk) -> None:
    who = desk.person()
    desk.keep()
    later = night(desk.branch, DAY.replace(day=21))
    stand(later, who, churn_band="low", churn_score=0.02)
    keep_loyalty(later)
    Standing.objects.filter(publication=desk.night).delete()
    desk.night.delete()
    assert LoyaltyFigures.objects.count() == 1
    assert Loyalty.objects.count() == 1


def test_accounts_that_were_closed_are_used_no_more(desk: LoyaltyDesk) -> None:
    who = desk.person(("main",))
    account(who, "660012349876", kind="margin")
    desk.keep()
    assert desk.of(who).uses == "main,margin"
    Account.objects.filter(kind="margin").update(closed_on=DAY)
    desk.keep()
    assert desk.of(who).uses == "main"
