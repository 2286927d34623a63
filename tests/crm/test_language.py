"""Changing the language stays on the page, also where the page is the answer to a form whose address can only be posted to."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client as Browser
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from crm.lib.readable import answers_get, readable_address
from servicing.models import Sending
from tests.crm.page_firm import browser_of
from tests.servicing.mailroom import make_desk, planned, reachable

pytestmark = pytest.mark.django_db
HOME = "http://testserver"


@pytest.fixture
def sending() -> Sending:
    desk = make_desk()
    return planned(desk, [reachable(desk)])


def refused(browser: Browser, sending: Sending, before: str) -> str:
    """The address that the language form carries after a form was sent from a page and refused."""
    headers = {"Referer": before} if before else {}
    answer = browser.post(reverse("test-sending", args=[sending.uid]), {"to": "?"}, headers=headers)
    assert answer.status_code == 422
    found = set(re.findall(r'name="next" value="([^"]*)"', answer.content.decode()))
    assert len(found) == 1
    return found.pop()


@pytest.mark.parametrize(
    ("before", "back"),
    [
        ("{home}{page}?state=left_out", "{page}?state=left_out"),
        ("{home}{form}", "{page}"),  # refused for the second time
        ("", "{page}"),
        ("https://elsewhere.example{page}?state=sent", "{page}"),
        ("{home}/no/such/page/", "{page}"),
    ],
    ids=["from its page", "twice", "nothing told", "from elsewhere", "from nowhere"],
)
def test_after_a_refused_form_the_other_language_shows_a_page_that_can_be_read(sending, before, back):
    browser = browser_of(sending.asked_by)
    page, form = (reverse(name, args=[sending.uid]) for name in ("sending-detail", "test-sending"))
    told = refused(browser, sending, before.format(home=HOME, page=page, form=form))
    assert told == back.format(page=page)
    answer = browser.post(reverse("set_language"), {"language": "en", "next": told}, follow=True)
    assert answer.redirect_chain == [(told, 302)]
    assert answer.status_code == 200
    assert 'lang="en"' in answer.content.decode()


def test_a_page_that_can_be_read_comes_back_as_it_was():
    build = RequestFactory()
    assert readable_address(build.get("/clients/?q=1")) == "/clients/?q=1"
    both = reverse("invite-staff")  # one address shows the form and takes it
    assert readable_address(build.post(both, headers={"Referer": f"{HOME}/clients/"})) == both
    assert readable_address(build.post(reverse("start-checkup"))) == reverse("health-detail")


def views(patterns: list[URLPattern | URLResolver]) -> Iterator[Callable[..., Any]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns)
        else:
            yield pattern.callback


def test_what_is_said_of_a_view_is_what_it_does():
    """Django keeps the methods of a view where only a closure knows: this tells when it does so no more."""
    request = RequestFactory().get("/")
    only_posted = [view for view in views(get_resolver().url_patterns) if not answers_get(view)]
    assert len(only_posted) > 100
    assert {view(request).status_code for view in only_posted} == {405}
