"""The library of materials: versions with a risk notice, the second person, and what may be given to whom (S13, S14, L1)."""

import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, transaction
from django.utils import timezone

from clients.models import Background, Client, Consent
from crm.lib.links import LinkGone
from crm.lib.refusals import Refused
from crm.models import AuditEvent
from servicing.materials.choosing import offered_to
from servicing.materials.deciding import ask_approval, check_usable, decide_material
from servicing.materials.files import NO_FILE, keep_file, path_of
from servicing.materials.invariants import broken_materials
from servicing.materials.reading import confirm_reading, open_share, read_link
from servicing.materials.required import readers_of, unread_counts
from servicing.materials.sharing import stands_against, token_of, withdraw_share
from servicing.materials.writing import Wording, require_material, save_material
from servicing.models import Material, MaterialReading, MaterialShare, MaterialVersion
from servicing.texts.bans import ban_phrase
from servicing.texts.deciding import PhraseStands
from servicing.versions.writing import VersionConflict, end, restore
from tests.crm.page_firm import client, staff
from tests.servicing.desk import AT, DAY
from tests.servicing.library import LAST, NOTICE, PDF, Library, approved, draft, given, in_force, make_library, waiting

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def library() -> Library:
    return make_library()


def counts(version: MaterialVersion) -> tuple[int, int]:
    version.refresh_from_db()
    return version.shared_count, version.opened_count


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


@pytest.mark.parametrize(
    ("wording", "field"),
    [
        (Wording("", NOTICE, LAST), "body"),
        (Wording("正文", " \n ", LAST), "risk_notice"),
        (Wording("正文", NOTICE, DAY - timedelta(days=1)), "valid_until"),
    ],
)
def test_a_version_says_something_carries_a_notice_and_is_still_valid(
    library: Library, wording: Wording, field: str
) -> None:
    first = draft(library)
    with pytest.raises(Refused) as told:
        save_material(first.material, wording, seen=1, by=library.writers.advisor, at=AT)
    assert told.value.field == field
    assert first.material.versions.count() == 1


def test_the_database_keeps_no_version_without_a_notice_or_without_anything_to_read(library: Library) -> None:
    version = draft(library)
    for broken in ({"risk_notice": ""}, {"body": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            MaterialVersion.objects.filter(pk=version.pk).update(**broken)


def test_a_version_waits_is_approved_by_another_person_and_ends_the_one_before(library: Library) -> None:
    people = library.writers
    first = approved(library)
    second = save_material(first.material, Wording("新的正文", NOTICE, LAST), seen=1, by=people.colleague, at=AT)
    assert [ask_approval(second, by=people.colleague, at=AT) for _twice in range(2)] == [True, False]
    with pytest.raises(Refused):
        decide_material(second, approve=True, why="", by=people.colleague, at=AT)
    with pytest.raises(Refused):
        decide_material(second, approve=True, why="", by=people.stranger, at=AT)
    done = [decide_material(second, approve=True, why="", by=people.manager, at=AT) for _twice in range(2)]
    assert done == [True, False]
    assert dict(first.material.versions.values_list("number", "state")) == {1: "ended", 2: "approved"}
    assert actions()[-3:] == ["save-material", "ask-material", "approve-material"]


def test_a_second_writer_is_told_of_the_other_version(library: Library) -> None:
    first = draft(library)
    theirs = save_material(first.material, Wording("别人的", NOTICE, LAST), seen=1, by=library.writers.colleague, at=AT)
    with pytest.raises(VersionConflict) as told:
        save_material(first.material, Wording("我的", NOTICE, LAST), seen=1, by=library.writers.advisor, at=AT)
    assert told.value.current == theirs


def test_the_phrase_guard_reads_title_text_and_notice_and_again_when_it_is_given(library: Library) -> None:
    for more in ({"title": "保本指南"}, {"body": "稳 赚"}, {"notice": "保本保息"}):
        version = draft(library, **more)
        with pytest.raises(PhraseStands):
            ask_approval(version, by=library.writers.advisor, at=AT)
    version = approved(library, "涨势可期")
    share = given(library, version)
    ban_phrase("涨势可期", "预测行情", by=library.writers.compliance, at=AT)
    with pytest.raises(PhraseStands):
        given(library, version)
    with pytest.raises(LinkGone):
        read_link(token_of(share), AT)


def test_a_version_past_its_last_day_is_neither_approved_nor_given_nor_opened(library: Library) -> None:
    version = approved(library)
    share = given(library, version)
    last = timezone.localtime(AT).replace(day=30, hour=23, minute=59)
    assert timezone.localdate(last) == LAST
    assert read_link(token_of(share), last)[1] == version
    over = last + timedelta(minutes=1)
    with pytest.raises(Refused):
        given(library, version, at=over)
    with pytest.raises(LinkGone):
        read_link(token_of(share), over)
    late = waiting(library)
    with pytest.raises(Refused):
        decide_material(late, approve=True, why="", by=library.writers.manager, at=over)


@pytest.mark.parametrize(
    ("more", "channel", "reason"),
    [
        ({}, "wecom", None),
        ({"is_restricted": True, "state": "closed"}, "wecom", "restricted"),
        ({"state": "closed"}, "sms", "closed"),
        ({"closed_on": DAY}, "wecom", "closed"),
        ({}, "sms", "no_consent"),
        ({}, "email", "opted_out"),
        ({}, "person", None),
        ({"risk_level": "C2"}, "wecom", "unsuitable"),
        ({"risk_level": "C2"}, "sms", "no_consent"),
        ({"risk_expires_on": DAY}, "person", "unsuitable"),
        ({"risk_level": "C2", "is_professional": True}, "person", None),
    ],
)
def test_the_first_reason_against_giving_it_is_told(
    library: Library, more: dict[str, Any], channel: str, reason: str | None
) -> None:
    version = approved(library, product_risk="R3")
    Consent.objects.filter(client=library.client).update(email="refused")
    Client.objects.filter(pk=library.client.pk).update(**more)
    person = Client.objects.select_related("consent", "background").get(pk=library.client.pk)
    assert stands_against(person, version, channel, AT) == reason
    if reason is None:
        assert given(library, version, channel, client=person).client == person
    else:
        with pytest.raises(Refused):
            given(library, version, channel, client=person)
        assert not MaterialShare.objects.exists()


def test_only_what_is_in_force_is_given(library: Library) -> None:
    version = draft(library)
    with pytest.raises(Refused):
        given(library, version)
    ask_approval(version, by=version.author, at=AT)
    version.refresh_from_db()
    with pytest.raises(Refused):
        check_usable(version, AT)


def test_a_link_is_made_once_opens_until_its_end_and_is_taken_back_while_unread(library: Library) -> None:
    version, uid = approved(library, valid_until=DAY + timedelta(days=100)), uuid4()
    shares = {given(library, version, uid=uid).pk for _twice in range(2)}
    assert len(shares) == 1
    assert counts(version) == (1, 0)
    share = MaterialShare.objects.get()
    assert share.expires_at == AT + timedelta(days=30)
    with pytest.raises(Refused):
        given(library, version, uid=uid, client=client(library.writers.branch, advisor=library.writers.advisor))
    taken = [withdraw_share(share, by=library.writers.advisor, at=AT) for _twice in range(2)]
    assert taken == [True, False]
    assert counts(version) == (0, 0)
    for token in (token_of(share), "x", "", token_of(share) + "x"):
        with pytest.raises(LinkGone):
            read_link(token, AT)


def test_every_opening_is_logged_and_the_same_click_twice_is_one(library: Library) -> None:
    version = approved(library)
    share, uid = given(library, version), uuid4()
    for _twice in range(2):
        open_share(share, version, uid=uid, at=AT + HOUR)
    open_share(share, version, uid=uuid4(), at=AT + 2 * HOUR)
    assert MaterialReading.objects.of_shares([share.pk]).count() == 2
    assert counts(version) == (1, 1)
    share.refresh_from_db()
    assert share.opened_at == AT + HOUR
    assert not withdraw_share(share, by=library.writers.advisor, at=AT)
    other = given(library, version)
    with pytest.raises(LinkGone):
        open_share(other, version, uid=uid, at=AT)
    assert actions().count("open-material") == 2


def test_sums_that_are_not_those_of_the_links_are_told(library: Library) -> None:
    version = approved(library)
    share = given(library, version)
    open_share(share, version, uid=uuid4(), at=AT)
    withdraw_share(given(library, version), by=library.writers.advisor, at=AT)
    assert list(broken_materials(library.writers.branch)) == []
    MaterialShare.objects.filter(pk=share.pk).update(opened_at=None)
    assert len(list(broken_materials(library.writers.branch))) == 2


def test_a_link_shows_what_is_in_force_when_it_is_opened(library: Library) -> None:
    version = approved(library)
    share = given(library, version)
    newer = save_material(version.material, Wording("新", NOTICE, LAST), seen=1, by=library.writers.advisor, at=AT)
    in_force(library, newer)
    assert read_link(token_of(share), AT)[1].number == 2
    end(version.material, "material", by=library.writers.manager, at=AT)
    with pytest.raises(LinkGone):
        read_link(token_of(share), AT)
    restore(version.material, "material", by=library.writers.manager)
    Client.objects.filter(pk=library.client.pk).update(is_restricted=True)
    with pytest.raises(LinkGone):
        read_link(token_of(share), AT)


def test_what_is_meant_for_a_clients_knowledge_and_tier_is_offered_first(library: Library) -> None:
    Background.objects.create(client=library.client, branch=library.client.branch, changed_at=AT, knowledge="vague")
    person = Client.objects.select_related("background").get(pk=library.client.pk)
    for title, more in {
        "甲": {"knowledge": "vague"}, "乙": {"tier": "vip"}, "丙": {"knowledge": "expert"}, "丁": {},
    }.items():  # fmt: skip
        approved(library, title=title, **more)
    approved(library, title="过期", valid_until=DAY)
    waiting(library, title="待审")
    fitting, others = offered_to(person, "key", DAY + timedelta(days=1))
    assert {one.material.title for one in fitting} == {"甲", "丁"}
    assert {one.material.title for one in others} == {"乙", "丙"}


def test_an_attachment_is_kept_by_its_content_whatever_its_name_says(
    library: Library, settings: LazySettings, tmp_path: Any
) -> None:
    settings.VAR_DIR = tmp_path
    for content in (b"", b"<html>", b"%PDF-1.4 without an end", b"x" + PDF, PDF + b" " * (20 << 20)):
        with pytest.raises(Refused) as told:
            keep_file(io.BytesIO(content), "a.pdf", day=DAY)
        assert told.value.field == "file"
    kept = [keep_file(io.BytesIO(PDF), name, day=DAY) for name in ("../..\\指南\n.exe", "b")]
    assert [one.name for one in kept] == ["指南.pdf", "b.pdf"]
    assert len(list((tmp_path / "materials").iterdir())) == 1
    version = draft(library, "", file=kept[0])
    path = path_of(version)
    assert path is not None
    assert path.read_bytes() == PDF
    assert path.stat().st_mode & 0o077 == 0
    assert path_of(draft(library, file=NO_FILE)) is None


def test_staff_confirm_a_version_once_and_a_manager_sees_who_has_not(library: Library) -> None:
    people = library.writers
    version = approved(library)
    done = [require_material(version.material, required=True, by=people.manager) for _twice in range(2)]
    assert done == [True, False]
    with pytest.raises(Refused):
        require_material(version.material, required=True, by=people.advisor)
    assert [confirm_reading(version, by=people.advisor, at=AT) for _twice in range(2)] == [True, False]
    staff("leaver", "advisor", people.branch).__class__.objects.filter(username="leaver").update(is_active=False)
    version.material.refresh_from_db()
    assert unread_counts([version], people.manager) == {version.pk: 2}
    unread = readers_of(version.material, version, people.manager).filter(read_at=None)
    assert {person.username for person in unread} == {"colleague", "manager"}
    assert unread_counts([version], people.stranger) == {version.pk: 0}
    firms = approved(library, by=people.admin)
    assert unread_counts([firms], people.stranger) == {firms.pk: 1}
    with pytest.raises(Refused):
        confirm_reading(draft(library), by=people.advisor, at=AT)
    assert Material.objects.get(pk=version.material_id).is_required
