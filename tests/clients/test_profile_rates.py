"""Commission rates and permissions are dated rows, exact to the last digit (P4); rubbish is answered beside its field."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from clients.models import CommissionRate, TradingPermission
from clients.pages.profile_fields import ScaledField
from clients.profile import profile_cards
from clients.profile.wording import rate
from tests.clients.profile_firm import Editor, Firm, browser, make_firm
from tests.crm import page_firm

DAY = date(2026, 11, 20)


@pytest.fixture
def firm(db: None) -> Firm:
    found = make_firm()
    page_firm.account(found.client)
    return found


def rate_of(firm: Firm, **more: str) -> dict[str, str]:
    account = str(firm.client.accounts.get().pk)
    return {"account": account, "product": "stock", "rate_e6": "2.5", "minimum_fen": "5", "basis": "all_in",
            "from_day": "2026-01-05", **more}  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("2.5", 250), ("万2.5", 250), ("万分之 1.2", 120), ("0.85‱", 85), ("3", 300), ("10", 1000), ("0.54", 54)],
)
def test_a_rate_is_kept_in_millionths_exactly(firm: Firm, typed: str, kept: int) -> None:
    assert Editor(firm.advisor, firm.client, "rate").save(**rate_of(firm, rate_e6=typed)) == 200
    row = CommissionRate.objects.get()
    assert (row.rate_e6, row.minimum_fen) == (kept, 500)


@given(st.integers(0, 100_000))
def test_what_is_kept_and_typed_again_is_the_same(value: int) -> None:
    field = ScaledField(decimals=2, most=1_000)
    assert field.clean(str(field.prepare_value(value))) == value
    with override("en"):
        assert rate(value) == f"{field.prepare_value(value)} per 10,000"


def test_a_later_rate_supersedes_and_a_coming_one_is_marked(firm: Firm) -> None:
    for day, typed in (("2025-01-06", "3"), ("2026-01-05", "2.5"), ("2026-12-01", "2")):
        assert Editor(firm.advisor, firm.client, "rate").save(**rate_of(firm, rate_e6=typed, from_day=day)) == 200
    shown = profile_cards(firm.client, firm.advisor, today=DAY)["rates"]
    assert [(one.row.rate_e6, one.is_ahead) for one in shown] == [(250, False), (200, True)]
    assert CommissionRate.objects.count() == 3


def test_a_second_rate_of_the_same_day_is_shown_beside_the_first(firm: Firm) -> None:
    Editor(firm.advisor, firm.client, "rate").save(**rate_of(firm))
    second = Editor(firm.manager, firm.client, "rate")
    assert second.save(**rate_of(firm, rate_e6="2")) == 422
    assert "2.5 per 10,000" in second.html
    assert second.save() == 200
    assert CommissionRate.objects.get().rate_e6 == 200


def test_an_edit_cannot_take_the_place_of_another_row(firm: Firm) -> None:
    for day in ("2025-01-06", "2026-01-05"):
        Editor(firm.advisor, firm.client, "rate").save(**rate_of(firm, from_day=day))
    first = CommissionRate.objects.get(from_day=date(2025, 1, 6))
    editor = Editor(firm.advisor, firm.client, "rate", first.pk)
    assert editor.save(from_day="2026-01-05") == 422
    assert "another row for the same day" in editor.html
    assert CommissionRate.objects.get(pk=first.pk).from_day == date(2025, 1, 6)


def test_an_account_of_another_client_is_refused(firm: Firm) -> None:
    foreign = page_firm.account(firm.other, "880012340000")
    editor = Editor(firm.advisor, firm.client, "rate")
    assert editor.save(**rate_of(firm, account=str(foreign.pk))) == 422
    assert "Select a valid choice" in editor.html


@pytest.mark.parametrize(
    ("field", "rubbish", "said"),
    [
        ("rate_e6", "cheap", "Please type a figure"),
        ("rate_e6", "-1", "Please type a figure"),
        ("rate_e6", "2.555", "At most 2 decimals."),
        ("rate_e6", "1000.01", "At most 1,000."),
        ("rate_e6", "٣", "Please type a figure"),
        ("rate_e6", "9" * 400, "Please type a figure"),
        ("rate_e6", "", "This field is required."),
        ("minimum_fen", "five", "Please type a figure"),
        ("from_day", "2026-02-30", "Enter a valid date."),
        ("product", "soap", "Select a valid choice"),
        ("account", "' OR 1=1", "Select a valid choice"),
    ],
)
def test_rubbish_is_answered_beside_its_field_and_the_rest_stays_typed(
    firm: Firm, field: str, rubbish: str, said: str
) -> None:
    editor = Editor(firm.advisor, firm.client, "rate")
    assert editor.save(**rate_of(firm, **{field: rubbish})) == 422
    assert said in editor.html.split(f'for="card-{field}"')[1].split("</div>")[0]
    assert field == "from_day" or 'value="2026-01-05"' in editor.html
    assert not CommissionRate.objects.exists()


def test_a_permission_is_granted_once_and_ends_after_it_began(firm: Firm) -> None:
    said = {"board": "star", "granted_on": "2022-11-09", "source": "申请表"}
    for _click in range(2):
        assert Editor(firm.advisor, firm.client, "permission").save(**said) == 200
    row = TradingPermission.objects.get()
    editor = Editor(firm.advisor, firm.client, "permission", row.pk)
    assert editor.save(ended_on="2022-11-08") == 422
    assert "cannot end before it was granted" in editor.html
    assert editor.save(ended_on="2026-11-02") == 200
    page = browser(firm.advisor).get(reverse("client-detail", args=[firm.client.pk])).content.decode()
    assert "2022-11-09 to 2026-11-02" in page
