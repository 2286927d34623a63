"""Scripts and templates (S14): versions, a second person, and only what is approved, fresh and clean is used."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from crm.lib.refusals import Refused
from crm.models import AuditEvent
from servicing.models import BannedPhrase, MessageText, TextVersion
from servicing.texts.bans import ban_phrase, confirm_ban, lift_ban, texts_saying
from servicing.texts.deciding import PhraseStands, ask_approval, check_usable, decide_text, scripts_for
from servicing.texts.writing import Heading, Wording, draft_text, save_wording, wording_of
from servicing.versions.deciding import take_back
from servicing.versions.writing import VersionConflict, end, restore
from tests.servicing.desk import AT, DAY
from tests.servicing.text_desk import HELLO, Writers, approved, draft, make_writers, waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def writers() -> Writers:
    return make_writers()


def states(text: MessageText) -> dict[int, str]:
    return dict(text.versions.order_by("number").values_list("number", "state"))


def saved(version: TextVersion, body: str, writers: Writers, *, seen: int) -> TextVersion:
    return save_wording(version.text, Wording("", body), seen=seen, by=writers.colleague, at=AT)


def test_a_double_click_writes_one_text_and_one_audit_row(writers: Writers) -> None:
    heading = Heading("script", "phone", writers.branch, "问候", "先问近况", "zh")
    uid = uuid4()
    first, second = (draft_text(heading, Wording("", HELLO), uid=uid, by=writers.advisor, at=AT) for _n in range(2))
    assert (first, MessageText.objects.count()) == (second, 1)
    assert AuditEvent.objects.filter(action="draft-text").count() == 1
    with pytest.raises(Refused):
        draft_text(heading, Wording("", HELLO), uid=uid, by=writers.colleague, at=AT)


def test_another_wording_is_another_version_and_what_is_in_force_stays(writers: Writers) -> None:
    first = approved(writers)
    second = saved(first, "{称呼}，近来可好？", writers, seen=1)
    assert states(first.text) == {1: "approved", 2: "draft"}
    assert wording_of(TextVersion.objects.get(pk=first.pk)).body == HELLO
    third = saved(first, "{称呼}，近来都好吗？", writers, seen=2)
    assert states(first.text) == {1: "approved", 2: "ended", 3: "draft"}
    assert saved(first, "{称呼}，近来都好吗？", writers, seen=2) == third
    assert TextVersion.objects.get(pk=second.pk).body == "{称呼}，近来可好？"


def test_what_is_past_its_hour_is_put_forward_again_word_for_word(writers: Writers) -> None:
    first = approved(writers, shelf_hours=24)
    again = save_wording(first.text, wording_of(first), seen=1, by=writers.advisor, at=AT)
    assert (again.number, again.state, wording_of(again)) == (2, "draft", wording_of(first))


def test_a_second_writer_is_told_of_the_other_version_and_nothing_is_written(writers: Writers) -> None:
    first = draft(writers)
    theirs = saved(first, "别人的话", writers, seen=1)
    with pytest.raises(VersionConflict) as told:
        save_wording(first.text, Wording("", "我的话"), seen=1, by=writers.advisor, at=AT)
    assert told.value.current == theirs
    assert first.text.versions.count() == 2


def test_what_waits_is_not_changed_until_it_is_taken_back(writers: Writers) -> None:
    version = waiting(writers)
    with pytest.raises(Refused):
        saved(version, "换个说法", writers, seen=1)
    assert take_back(version, by=writers.colleague)
    assert not take_back(version, by=writers.colleague)
    saved(version, "换个说法", writers, seen=1)
    assert states(version.text) == {1: "ended", 2: "draft"}


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("body", {"body": " \n "}),
        ("body", {"body": "{姓名}您好"}),
        ("subject", {"channel": "email"}),
        ("subject", {"subject": "主题"}),
        ("risk_notice", {"product_risk": "R3"}),
        ("risk_notice", {"risk_notice": "{x}"}),
        ("shelf_hours", {"shelf_hours": 0}),
        ("channel", {"kind": "template"}),
        ("branch", {"by": "compliance"}),
    ],
)
def test_a_wording_that_cannot_be_is_refused_beside_its_field(writers: Writers, field: str, more: dict) -> None:
    if "by" in more:
        more = {"by": writers.compliance}
    with pytest.raises(Refused) as refused:
        draft(writers, **more)
    assert refused.value.field == field
    assert not MessageText.objects.exists()


def test_the_author_never_decides_not_even_past_the_code(writers: Writers) -> None:
    version = waiting(writers, by=writers.manager)
    with pytest.raises(Refused):
        decide_text(version, approve=True, why="", by=writers.manager, at=AT)
    rows = TextVersion.objects.filter(pk=version.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(state="approved", decided_by=writers.manager, decided_at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(state="approved")  # by nobody
    assert decide_text(version, approve=True, why="", by=writers.compliance, at=AT)


def test_the_branch_is_decided_on_by_its_manager_or_compliance_and_the_firm_by_compliance(writers: Writers) -> None:
    ours, firms = waiting(writers), waiting(writers, by=writers.admin)
    for person in (writers.colleague, writers.stranger, writers.admin):
        with pytest.raises(Refused):
            decide_text(ours, approve=True, why="", by=person, at=AT)
    with pytest.raises(Refused):
        decide_text(firms, approve=True, why="", by=writers.manager, at=AT)
    found = {person.role: TextVersion.objects.waiting_for(person) for person in (writers.manager, writers.compliance)}
    assert set(found["manager"]) == {ours}
    assert set(found["compliance"]) == {ours, firms}
    assert not TextVersion.objects.waiting_for(writers.stranger)
    assert not TextVersion.objects.waiting_for(writers.advisor)


def test_an_approval_takes_the_place_of_the_one_before_and_decides_once(writers: Writers) -> None:
    first = approved(writers)
    second = saved(first, "{称呼}，近来可好？", writers, seen=1)
    ask_approval(second, by=writers.colleague, at=AT)
    assert not ask_approval(second, by=writers.colleague, at=AT)
    assert decide_text(second, approve=True, why="", by=writers.manager, at=AT)
    assert not decide_text(second, approve=False, why="太长", by=writers.compliance, at=AT)
    assert states(first.text) == {1: "ended", 2: "approved"}
    assert AuditEvent.objects.filter(action="approve-text", key=str(second.pk)).count() == 1
    assert not AuditEvent.objects.filter(action="refuse-text").exists()


def test_a_refusal_says_why_and_leaves_what_is_in_force(writers: Writers) -> None:
    first = approved(writers)
    second = saved(first, "{称呼}，近来可好？", writers, seen=1)
    ask_approval(second, by=writers.colleague, at=AT)
    with pytest.raises(Refused) as refused:
        decide_text(second, approve=False, why="  ", by=writers.manager, at=AT)
    assert refused.value.field == "why"
    assert decide_text(second, approve=False, why="太随意", by=writers.manager, at=AT)
    second.refresh_from_db()
    assert (second.state, second.decided_why) == ("refused", "太随意")
    assert states(first.text)[1] == "approved"


def test_a_promise_is_never_put_forward_and_its_place_is_told(writers: Writers) -> None:
    version = draft(writers, "{称呼}，这个产品稳 赚不赔")
    with pytest.raises(PhraseStands) as stands:
        ask_approval(version, by=writers.advisor, at=AT)
    (finding,) = stands.value.findings
    assert (finding.field, finding.written, finding.start) == ("body", "稳 赚", 9)
    assert "稳 赚" in str(stands.value)


def test_a_phrase_banned_meanwhile_stops_approval_and_use_until_it_is_lifted(writers: Writers) -> None:
    used = approved(writers, "{称呼}，我们准能帮上忙")
    put_forward = waiting(writers, "{称呼}，准能办到", name="办事")
    ban = ban_phrase("准 能", "说得过满", by=writers.compliance, at=AT)
    assert ban_phrase("准能", "说得过满", by=writers.admin, at=AT) == ban
    with pytest.raises(PhraseStands):
        decide_text(put_forward, approve=True, why="", by=writers.manager, at=AT)
    with pytest.raises(PhraseStands):
        check_usable(used, AT)
    assert (texts_saying(ban, AT), scripts_for(writers.branch.pk, AT)) == ([used], [])
    assert lift_ban(ban, by=writers.admin, on=DAY)
    assert not lift_ban(ban, by=writers.admin, on=DAY)
    check_usable(used, AT)
    assert scripts_for(writers.branch.pk, AT) == [used]
    assert ban_phrase("准能", "还是过满", by=writers.admin, at=AT) != ban


def test_a_ban_is_confirmed_by_somebody_else_and_needs_two_characters_and_a_reason(writers: Writers) -> None:
    ban = ban_phrase("准能", "说得过满", by=writers.compliance, at=AT)
    with pytest.raises(Refused):
        confirm_ban(ban, by=writers.compliance, on=DAY)
    seed = BannedPhrase.objects.get(folded="保本")
    assert confirm_ban(seed, by=writers.compliance, on=DAY)
    assert not confirm_ban(seed, by=writers.compliance, on=DAY)
    for phrase, why, field in (("准·", "过满", "phrase"), ("准能行", " ", "why")):
        with pytest.raises(Refused) as refused:
            ban_phrase(phrase, why, by=writers.admin, at=AT)
        assert refused.value.field == field


def test_only_what_is_approved_and_not_past_its_hour_is_used(writers: Writers) -> None:
    comment = approved(writers, shelf_hours=24)
    check_usable(comment, AT + timedelta(hours=24) - timedelta(seconds=1))
    later = AT + timedelta(hours=24)
    with pytest.raises(Refused):
        check_usable(comment, later)
    assert (scripts_for(writers.branch.pk, AT), scripts_for(writers.branch.pk, later)) == ([comment], [])
    for version in (draft(writers), waiting(writers)):
        with pytest.raises(Refused):
            check_usable(version, AT)


def test_an_ended_text_is_used_by_nobody_until_it_is_restored(writers: Writers) -> None:
    version = approved(writers)
    text = version.text
    with pytest.raises(Refused):
        end(text, "text", by=writers.stranger, at=AT)
    assert [end(text, "text", by=writers.compliance, at=AT) for _n in range(2)] == [True, False]
    assert scripts_for(writers.branch.pk, AT) == []
    with pytest.raises(Refused):
        saved(version, "换个说法", writers, seen=1)
    assert [restore(text, "text", by=writers.advisor) for _n in range(2)] == [True, False]
    assert scripts_for(writers.branch.pk, AT) == [version]


def test_a_branch_talks_by_its_own_scripts_and_the_firms(writers: Writers) -> None:
    ours, firms = approved(writers, name="甲"), approved(writers, name="乙", by=writers.admin)
    elsewhere = writers.stranger.branches.get()
    approved(writers, name="丙", kind="template", channel="sms")
    assert {version.pk for version in scripts_for(writers.branch.pk, AT)} == {ours.pk, firms.pk}
    assert scripts_for(elsewhere.pk, AT) == [firms]
