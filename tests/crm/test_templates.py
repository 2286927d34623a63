"""Rules of the pages that the browser's policy enforces or that only a missing picture would show."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
COMMENT = re.compile(r"{% comment %}.*?{% endcomment %}", re.DOTALL)
ICONS = set((ROOT / "static" / "img" / "icons.txt").read_text().split())


def text_of(path: Path) -> str:
    return COMMENT.sub("", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_keeps_the_content_policy(path: Path) -> None:
    text = text_of(path)
    assert re.findall(r"\sstyle=", text) == []
    assert re.findall(r"\son[a-z]+=", text) == []
    assert re.findall(r"hx-on[:=]", text) == []
    assert re.findall(r"<style", text) == []
    assert [tag for tag in re.findall(r"<script[^>]*>", text) if "src=" not in tag and "json" not in tag] == []
    assert re.findall(r"(?:src|href)=[\"']https?:", text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_icon_of_a_template_is_in_the_sprite(path: Path) -> None:
    assert set(re.findall(r"{% icon [\"']([a-z0-9-]+)[\"']", text_of(path))) - ICONS == set()


def test_every_icon_of_the_menu_is_in_the_sprite() -> None:
    from crm import navigation

    pages = {page for groups in navigation.MENUS.values() for _label, entries in groups for page in entries}
    assert {page.icon for page in pages} - ICONS == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_chinese_stands_in_the_catalogue_and_not_in_templates(path: Path) -> None:
    text = re.sub(r"<button[^>]*lang=\"zh-CN\".*?</button>", "", text_of(path), flags=re.DOTALL)
    assert re.findall(r"[\u4e00-\u9fff]+", text) == []


def test_the_bundle_of_every_page_is_small() -> None:
    import gzip

    built = ROOT / "static" / "build"
    if not (built / "app.css").exists():
        pytest.skip("static/build.py has not run")
    first = ["app.css", "app.js", "theme.js", "icons.svg"]
    size = sum(len(gzip.compress((built / name).read_bytes(), 6)) for name in first)
    size += (built / "fonts" / "inter-latin-wght-normal.woff2").stat().st_size
    assert size <= 250_000
    assert b"eval(" not in (built / "theme.js").read_bytes()


def test_the_lock_of_the_front_end_holds_hashes_and_no_addresses() -> None:
    lock = (ROOT / "package-lock.json").read_text()
    assert "://" not in lock
    assert lock.count('"integrity": "sha512-') > 20
