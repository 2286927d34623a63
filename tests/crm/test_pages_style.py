"""The living page of the design: every part stands on it, and every colour can be read on its ground."""

import re
from pathlib import Path

import pytest
from django.test import Client as Browser
from django.urls import reverse

from crm.pages.style import INKS, RAMPS
from tests.crm.page_firm import browser_of, staff

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
PARTS = {f"parts/{path.name}" for path in (ROOT / "templates" / "parts").glob("*.html")}


@pytest.fixture
def admin() -> Browser:
    return browser_of(staff("root", "admin"))


def test_every_part_stands_on_the_page(admin: Browser) -> None:
    shown = {template.name for template in admin.get(reverse("style")).templates}
    assert PARTS - shown == set()


def test_it_shows_both_languages_and_both_themes_whatever_the_reader_reads(admin: Browser) -> None:
    for language in ("zh-CN", "en"):
        body = admin.get(reverse("style"), headers={"Accept-Language": language}).content.decode()
        panels = re.findall(r'class="style-panel"\s+id="([a-z-]+)"', body)
        assert panels == ["zh-light", "zh-dark", "en-light", "en-dark"]
        assert body.count("键盘焦点") == body.count("the focus: 2 px of the accent") == 2


def test_no_two_things_on_it_have_one_name(admin: Browser) -> None:
    ids = re.findall(r'\sid="([^"]+)"', admin.get(reverse("style")).content.decode())
    assert sorted(ids) == sorted(set(ids))


def tokens(theme: str) -> dict[str, str]:
    text = (ROOT / "static" / "css" / "tokens.css").read_text()
    blocks = dict(re.findall(r'data-bs-theme="(light|dark)"\] \{(.*?)\n\}', text, re.DOTALL))
    found = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", blocks["light"]))
    return found | (dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", blocks["dark"])) if theme == "dark" else {})


def light(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), INKS)
def test_text_can_be_read_on_its_ground(theme: str, ink: str, ground: str) -> None:
    known = tokens(theme)
    low, high = sorted((light(known[ink]), light(known[ground])))
    assert (high + 0.05) / (low + 0.05) >= 4.5


def test_the_ramps_name_colours_of_both_themes() -> None:
    for theme in ("light", "dark"):
        assert {name for ramp in RAMPS for name in ramp} <= set(tokens(theme))
