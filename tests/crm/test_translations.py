"""Chinese is the language of the product: no text may reach the screen in English only."""

import re
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.translation import trans_real

from crm.lib import texts

ROOT = Path(__file__).resolve().parents[2]


def project(tmp_path: Path, template: str = "", python: str = "") -> Path:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(template, encoding="utf-8")
    (tmp_path / "crm").mkdir()
    (tmp_path / "crm" / "views.py").write_text(python, encoding="utf-8")
    return tmp_path


def test_every_text_has_a_chinese_translation() -> None:
    assert texts.untranslated(ROOT, "zh_Hans") == []


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_translations_keep_the_placeholders(locale: str) -> None:
    assert texts.broken(ROOT, locale) == []


# A number that may be one; not a limit ("most", "than"), a mean, nor a share.
NUMBER = r"(?<!most )(?<!than )(?<!all )(?:\{(?!name|high|value|points)\w+\}|%\((?!name|speed|base|plain)\w+\)s)"
MANY = re.compile(
    rf"{NUMBER} (?:clients|days until|files(?! are more)|messages|others|points|promises|rows|stages|tasks)\b"
)


def test_no_number_of_english_things_is_said_without_a_singular() -> None:
    told = [message.id for message in texts.load(ROOT, "en") if isinstance(message.id, str)]
    assert [text for text in told if MANY.search(text)] == []


def test_texts_are_found_in_templates_and_in_python(tmp_path: Path) -> None:
    root = project(
        tmp_path,
        "{% load i18n %}<p title=\"{% translate 'Log out' %}\">it's {% blocktranslate count n=n %}{{ n }} row"
        "{% plural %}{{ n }} rows{% endblocktranslate %}</p>\n   {% translate 'Key' context 'tier' %}",
        'from x import gettext_lazy as _, pgettext\nA = _("Today")\n\ndef f():\n    return pgettext("money", "yuan")\n',
    )
    found = {(message.context, message.id) for message in texts.collect(root) if message.id}
    assert found == {
        (None, "Log out"),
        (None, ("%(n)s row", "%(n)s rows")),
        ("tier", "Key"),
        (None, "Today"),
        ("money", "yuan"),
    }


def test_a_new_text_is_missed_until_somebody_translates_it(tmp_path: Path) -> None:
    root = project(tmp_path, "{% load i18n %}{% translate 'Today' %}")
    texts.update(root, "zh_Hans")
    assert texts.untranslated(root, "zh_Hans") == ["templates/page.html: Today"]

    with texts.catalogue_path(root, "zh_Hans").open("a", encoding="utf-8") as book:
        book.write('\nmsgid "Today"\nmsgstr "今日"\n')
    assert texts.untranslated(root, "zh_Hans") == []

    texts.update(root, "zh_Hans")
    assert texts.untranslated(root, "zh_Hans") == []
    assert texts.catalogue_path(root, "zh_Hans").read_text(encoding="utf-8").count("Today") == 1


def test_collecting_twice_changes_nothing(tmp_path: Path) -> None:
    root = project(tmp_path, "{% load i18n %}{% translate 'Today' %} {% translate 'Clients' %}")
    texts.update(root, "zh_Hans")
    once = texts.catalogue_path(root, "zh_Hans").read_bytes()
    texts.update(root, "zh_Hans")
    assert texts.catalogue_path(root, "zh_Hans").read_bytes() == once


def test_a_translation_that_loses_a_number_is_named(tmp_path: Path) -> None:
    root = project(tmp_path)
    book = texts.catalogue_path(root, "zh_Hans")
    book.parent.mkdir(parents=True)
    book.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "%(n)s rows"\nmsgstr "行"\n'
    )
    assert texts.broken(root, "zh_Hans") == ["%(n)s rows"]


def test_the_compiled_texts_reach_the_reader() -> None:
    for locale in texts.LOCALES:
        texts.compile_catalogue(ROOT, locale)
    trans_real._translations.clear()
    with translation.override("zh-hans"):
        assert translation.gettext("Nightly runs") == "夜间跑批"
    with translation.override("en"):
        assert translation.gettext("Nightly runs") == "Nightly runs"
