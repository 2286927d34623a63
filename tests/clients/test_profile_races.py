"""Two editors at the same moment, on the database where writers run side by side."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection

from clients.models import CardChange, Client, FactChange, HouseholdLink, PreferenceCard
from clients.profile import KINDS, ChangedMeanwhile, person_token, save, save_person
from clients.profile.editing import Version
from clients.profile.household import pair
from clients.profile.person import PersonChangedMeanwhile
from tests.clients.profile_firm import make_firm
from tests.crm import page_firm

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def at_once(*work):
    def closing(one):
        try:
            return one()
        except (ChangedMeanwhile, PersonChangedMeanwhile):
            return "told"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(closing, work))


def test_of_two_edits_of_one_version_one_is_written_and_the_other_told():
    firm = make_firm()
    kind = KINDS["preferences"]
    for round_ in range(5):
        row = PreferenceCard.objects.filter(client=firm.client).first()
        seen = Version(None, row.version if row else None)
        answers = at_once(
            *[
                lambda seat=f"{round_}{place}", seen=seen: save(
                    kind, firm.client, {"seat": seat}, seen=seen, by=firm.advisor, at=AT
                )
                for place in "甲乙丙"
            ]
        )
        assert answers.count("told") == 2
    versions = CardChange.objects.order_by("version").values_list("version", flat=True)
    assert list(versions) == [1, 2, 3, 4, 5]


def test_a_household_linked_from_both_ends_at_once_is_one_link():
    firm = make_firm()
    for _ in range(4):
        other = page_firm.client(firm.branch, "沈远", advisor=firm.advisor)
        values = {**pair(firm.client, other), "relation": "siblings", "note": ""}
        at_once(
            *[
                lambda client=client, values=values: save(
                    KINDS["household"], client, values, seen=Version(), by=firm.advisor, at=AT
                )
                for client in (firm.client, other, firm.client, other)
            ]
        )
        assert HouseholdLink.objects.filter(other=other).count() == 1


def test_of_two_corrections_of_a_person_at_once_one_is_written_and_the_other_told():
    firm = make_firm()
    seen = person_token(firm.client)
    answers = at_once(
        *[
            lambda word=word: save_person(firm.client, {"occupation": word}, token=seen, by=firm.advisor, at=AT)
            for word in ("会计", "教师", "医生")
        ]
    )
    assert answers.count("told") == 2
    assert FactChange.objects.count() == 1
    assert Client.objects.get(pk=firm.client.pk).occupation == (FactChange.objects.get().after or {})["occupation"]


def test_two_clients_of_one_branch_are_corrected_side_by_side():
    firm = make_firm()
    at_once(
        *[
            lambda client=client: save_person(
                client, {"occupation": "会计"}, token=person_token(client), by=firm.advisor, at=AT
            )
            for client in (firm.client, firm.other)
        ]
    )
    assert FactChange.objects.count() == 2
