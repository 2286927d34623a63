"""Every page for every role: no finding of axe that hinders somebody, nothing wider than the screen, no complaint of
the browser (the fixture sees to that one), nothing that jumps, no heavy first load."""

import pytest
from playwright.sync_api import Page, Response, Route

from tests.browser.conftest import Open
from tests.browser.looks import hindrances, shift, too_wide, weight
from tests.browser.site import PHONE

pytestmark = pytest.mark.browser

PAGES = [
    (None, "/log-in/"),
    ("advisor", "/today/"),
    ("manager", "/today/"),
    ("advisor", "/calendar/"),
    ("manager", "/calendar/?view=week"),
    ("advisor", "/calendar/?view=day"),
    ("advisor", "/exports/"),
    ("manager", "/tags/"),
    ("manager", "/branch/report/"),
    ("advisor", "/clients/"),
    ("advisor", "/clients/ trades"),
    ("advisor", "/clients/999999/"),
    ("manager", "/branch/"),
    ("manager", "/branch/flows/"),
    ("manager", "/branch/advisors/"),
    ("manager", "/branch/activity/"),
    ("manager", "/branch/activity/answers/"),
    ("manager", "/branch/appraisal/"),
    ("manager", "/branch/trends/"),
    ("manager", "/self-reviews/"),
    ("advisor", "/self-reviews/"),
    ("manager", "/branch/scenarios/"),
    ("manager", "/branch/flows/clients/?kind=stayed"),
    ("manager", "/branch/appraisal/lost/?advisor=0"),
    ("compliance", "/branch/compare/"),
    ("manager", "/clients/ one"),
    ("manager", "/nights/"),
    ("manager", "/schemes/new/"),
    ("manager", "/standards/new/"),
    ("advisor", "/standards/"),
    ("advisor", "/competence/"),
    ("manager", "/competence/"),
    ("manager", "/competence/ one"),
    ("manager", "/competence/requirements/new/"),
    ("compliance", "/competence/requirements/"),
    ("advisor", "/texts/"),
    ("manager", "/texts/new/"),
    ("advisor", "/materials/"),
    ("manager", "/materials/new/"),
    ("manager", "/approvals/"),
    ("advisor", "/concessions/"),
    ("manager", "/concessions/ one"),
    ("advisor", "/ideas/"),
    ("manager", "/ideas/ one"),
    ("manager", "/pledge/"),
    ("manager", "/pledge/new/"),
    ("advisor", "/pledge/wall/"),
    ("compliance", "/pledge/breaches/"),
    ("manager", "/pledge/breaches/ one"),
    ("advisor", "/events/"),
    ("manager", "/events/ one"),
    ("manager", "/events/new/"),
    ("manager", "/loyalty/"),
    ("advisor", "/referrals/"),
    ("compliance", "/referrals/ one"),
    ("compliance", "/phrases/"),
    ("advisor", "/openings/"),
    ("manager", "/openings/funnel/"),
    ("manager", "/funnel/"),
    ("compliance", "/openings/rows/"),
    ("advisor", "/call-backs/"),
    ("compliance", "/call-backs/"),
    ("manager", "/festivals/"),
    ("advisor", "/items/"),
    ("manager", "/items/new/?code=trade_review"),
    ("manager", "/items/portfolio_review/clients/"),
    ("advisor", "/plans/"),
    ("advisor", "/alerts/"),
    ("compliance", "/alerts/"),
    ("manager", "/product-risks/"),
    ("advisor", "/complaints/new/"),
    ("manager", "/complaints/"),
    ("manager", "/complaints/officers/"),
    ("compliance", "/complaints/lessons/"),
    ("manager", "/regimes/new/"),
    ("compliance", "/regimes/"),
    ("advisor", "/regimes/gap/"),
    ("compliance", "/clients/ one"),
    ("compliance", "/schemes/"),
    ("compliance", "/schemes/ one"),
    ("admin", "/imports/"),
    ("admin", "/imports/ one"),
    ("admin", "/imports/conflicts/"),
    ("admin", "/imports/mappings/"),
    ("admin", "/style/"),
    ("admin", "/api/docs/"),
    ("admin", "/staff/"),
    ("admin", "/staff/ one"),
    ("admin", "/staff/new/"),
    ("admin", "/audit/"),
    ("admin", "/health/"),
    ("admin", "/numbers/"),
    ("admin", "/numbers/ one"),
    ("admin", "/rates/"),
    ("admin", "/holidays/"),
    ("manager", "/nights/compare/"),
    ("compliance", "/audit/"),
]
MOST_SHIFT = 0.1  # from here on people notice
FIRST_LOAD = 250_000  # bytes
ROW = "[data-row] a.nm"
OTHERS = {
    "/schemes/": "main a[href^='/schemes/']",
    "/competence/": "main a[href^='/competence/staff/']",
}  # than a row's


def opened(open_as: Open, role: str | None, path: str, language: str = "zh-CN") -> Page:
    """The page at a path, "… one" for the first one that a list leads to, "… trades" for the client's trades."""
    start, _, what = path.partition(" ")
    page = open_as(role, start, expected={404}, language=language)
    if what:
        link = page.locator(OTHERS.get(start, ROW)).first.get_attribute("href")
        page.goto(f"{link}{'trades/' if what == 'trades' else ''}")
    page.wait_for_load_state("networkidle")
    return page


@pytest.mark.parametrize(("role", "path"), PAGES)
def test_nothing_hinders_anybody(open_as: Open, role: str | None, path: str) -> None:
    page = opened(open_as, role, path)
    jumped = shift(page)
    found: dict[str, object] = {
        "wide": too_wide(page),
        "light": hindrances(page),
        "jumps": jumped > MOST_SHIFT and jumped,
    }
    page.evaluate("document.dispatchEvent(new CustomEvent('crm:choose-theme', {detail: 'dark'}))")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.wait_for_timeout(150)  # charts follow the width
    found |= {"phone": too_wide(page), "dark, phone": hindrances(page)}
    assert {place: what for place, what in found.items() if what} == {}


def test_letters_that_come_late_move_nothing(open_as: Open) -> None:
    page = open_as("manager", "about:blank")

    def come_late(route: Route) -> None:
        page.wait_for_timeout(700)  # long after the first words are on the screen
        route.continue_()

    page.route("**/*.woff2", come_late)
    page.goto("/approvals/")
    page.wait_for_load_state("networkidle")
    assert shift(page) == 0


@pytest.mark.parametrize(
    ("role", "path", "has_charts"),
    [
        ("advisor", "/today/", False),
        ("advisor", "/clients/", False),
        ("admin", "/imports/", False),
        ("manager", "/branch/", True),
    ],
)
def test_the_first_load_is_light_and_charts_come_only_where_they_are_shown(
    open_as: Open, role: str, path: str, has_charts: bool
) -> None:
    page = open_as(role, "about:blank")
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))  # noqa: PLW0108 (a built-in is refused)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    sizes = weight(responses)
    assert ("charts.js" in sizes) == has_charts
    assert sum(size for name, size in sizes.items() if name != "charts.js") <= FIRST_LOAD, sizes
    assert {"app.css", "app.js", "page"} <= set(sizes)
