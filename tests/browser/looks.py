"""What hinders people on a page: things wider than the screen, findings of axe."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def too_wide(page: Page) -> list[str]:
    """What sticks out of the screen on the right, apart from what scrolls in a frame of its own."""
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


def hindrances(page: Page) -> list[str]:
    """Findings of axe that are serious or critical: rule, element, what is wrong."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:120]} {node.get('failureSummary', '')[:200]}"
        for rule in found
        if rule["impact"] in {"serious", "critical"}
        for node in rule["nodes"][:3]
    ]
