"""What hinders people on a page: things wider than the screen, things that jump, findings of axe, a heavy first load."""

import gzip

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response


def too_wide(page: Page) -> list[str]:
    """What sticks out of the screen on the right, apart from what scrolls in a frame of its own."""
    page.wait_for_load_state()  # after the click on a link the next document may be empty still
    return page.evaluate(
        """() => {
          const width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= width) return [];
          return [...document.querySelectorAll("body *")]
            .filter((e) => e.getBoundingClientRect().right > width + 1 && !e.closest(".scroll-x, svg, dialog"))
            .map((e) => `${e.tagName}.${e.className}: ${Math.round(e.getBoundingClientRect().right)} > ${width}`)
            .concat(`page ${document.documentElement.scrollWidth} > ${width}`);
        }"""
    )


def settle(page: Page) -> None:
    """Wait until every movement that has an end is over: half-way between two themes a colour is neither."""
    page.wait_for_load_state()
    page.evaluate(
        """() => Promise.allSettled(document.getAnimations()
          .filter((one) => one.effect.getComputedTiming().endTime !== Infinity)
          .map((one) => one.finished))"""
    )


def hindrances(page: Page) -> list[str]:
    """Findings of axe that are serious or critical: rule, element, what is wrong."""
    settle(page)
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:120]} {node.get('failureSummary', '')[:200]}"
        for rule in found
        if rule["impact"] in {"serious", "critical"}
        for node in rule["nodes"][:3]
    ]


def shift(page: Page) -> float:
    """How much of the screen has jumped since the page began to load (the sum of the layout shifts that nobody caused)."""
    return page.evaluate(
        """() => new Promise((done) => {
          let sum = 0;
          const watch = new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
          });
          watch.observe({ type: "layout-shift", buffered: true });
          setTimeout(() => done(sum), 100);
        })"""
    )


def weight(responses: list[Response]) -> dict[str, int]:
    """Bytes that travel for each address, compressed as in production."""
    bodies = {response.url.rpartition("/")[2] or "page": response.body() for response in responses if response.ok}
    return {name: len(body if name.endswith("woff2") else gzip.compress(body, 6)) for name, body in bodies.items()}
