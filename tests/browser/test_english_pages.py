"""Every page in English: longer words fit as well. In a file of its own, because files are what processes share out."""

import pytest

from tests.browser.conftest import Open
from tests.browser.looks import too_wide
from tests.browser.site import PHONE
from tests.browser.test_every_page import PAGES, opened

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("role", "path"), PAGES)
def test_english_words_fit_as_well(open_as: Open, role: str | None, path: str) -> None:
    page = opened(open_as, role, path, language="en")
    found = {"wide": too_wide(page)}
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.wait_for_timeout(150)
    found["phone"] = too_wide(page)
    assert {place: what for place, what in found.items() if what} == {}
