"""What a returned mail says, and what of it is believed: only what hangs on a key that the house has signed."""

from uuid import UUID, uuid4

import pytest

from servicing.messages.bounces.reports import MOST_BYTES, Report, read_report
from servicing.messages.tokens import return_key, returned_in
from tests.servicing.returned_mail import chinese, exchange, postfix

UID = UUID("5b0c9f3e-8f64-4a0e-9a55-1d0f4c1b2a77")
KEY = return_key(UID)


@pytest.mark.parametrize(
    ("raw", "code"),
    [(postfix(KEY), "5.1.1"), (exchange(KEY), "5.1.10"), (chinese(KEY), "5.0.0")],
    ids=["postfix", "exchange", "chinese"],
)
def test_reports_of_different_servers_name_the_message_and_the_code(raw, code):
    assert read_report(raw) == Report(UID, code, is_final=True)


def test_a_key_is_small_letters_and_figures_and_fits_before_the_at_sign():
    assert KEY.islower()
    assert KEY.isalnum()
    assert len(f"bounces+{KEY}") <= 64


def test_a_key_that_the_house_did_not_sign_is_worth_nothing():
    forged = uuid4().hex + KEY[32:]
    assert returned_in(f"bounces+{forged}@example.com") is None
    assert read_report(postfix(forged)) is None
    assert read_report(postfix(UID.hex)) is None
    assert returned_in(f"{forged} {KEY}") == UID  # a wrong one beside it does no harm


def test_a_delay_is_not_final_and_a_failure_after_long_waiting_is():
    assert read_report(postfix(KEY, action="delayed", status="4.4.1")) == Report(UID, "4.4.1", is_final=False)
    assert read_report(postfix(KEY, status="4.4.1")) == Report(UID, "4.4.1", is_final=True)


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded", ""])
def test_what_did_not_fail_is_no_report(action):
    assert read_report(postfix(KEY, action=action, status="2.1.5" if action else "5.1.1")) is None


@pytest.mark.parametrize(
    ("status", "dead"),
    [
        ("5.1.1", True), ("5.1.10", True), ("5.2.1", True), ("5.4.4", True), ("5.0.0", True),
        ("5.1.7", False), ("5.1.8", False), ("5.2.2", False), ("5.4.6", False), ("5.7.1", False), ("4.4.1", False),
    ],
)  # fmt: skip
def test_only_what_blames_the_address_makes_it_bad(status, dead):
    report = read_report(postfix(KEY, status=status))
    assert report is not None
    assert report.is_dead is dead


def test_an_answer_by_a_person_or_a_program_is_no_report_though_it_carries_the_key():
    away = f"To: bounces+{KEY}@example.com\nAuto-Submitted: auto-replied\nIn-Reply-To: <{KEY}@example.com>\n\n我在休假 5.1.1"
    assert read_report(away.encode()) is None
    disposition = postfix(KEY).replace(b"report-type=delivery-status", b"report-type=disposition-notification")
    assert read_report(disposition) is None


def test_in_a_loop_of_reports_about_reports_only_the_outer_one_counts():
    """A server returned to us a report about a message of ours, which is no message of ours itself."""
    head, original, _text = exchange("0" * 48).partition(b"Content-Type: message/rfc822\r\n\r\n")
    assert read_report(head + original + postfix(KEY).replace(b"\n", b"\r\n") + b"\r\n--_000_x_--\r\n") is None
    nested = b"".join(b"Content-Type: message/rfc822\n\n" for _ in range(90)) + postfix(KEY)
    assert read_report(nested) is None


def test_a_huge_mail_is_read_by_its_beginning():
    whole = postfix(KEY).replace(b"--4F2A.1732/mx.example.com--\n", b"") + b"x" * 3 * MOST_BYTES
    assert read_report(whole[:MOST_BYTES]) == Report(UID, "5.1.1", is_final=True)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe" * 100,
        b"no headers at all",
        b"Content-Type: multipart/report; report-type=delivery-status\n\nno boundary",
        postfix(KEY)[:700],
        postfix(KEY).replace(b"Status: 5.1.1", b"Status: five"),
        postfix(KEY).replace(b"message/delivery-status", b"message/delivery-status\nContent-Transfer-Encoding: base64"),
        postfix(KEY).replace(b"charset=us-ascii", b"charset=\xff\xfe"),
    ],
    ids=["empty", "noise", "text", "no boundary", "cut", "no code", "wrong encoding", "wrong charset"],
)
def test_what_is_malformed_is_no_report_of_another_message(raw):
    assert read_report(raw) in {None, Report(UID, "5.1.1", is_final=True)}
