"""Every page in one language: an English page has no Chinese word on it, a Chinese page no English one, whatever the
catalogues say. Names of people, branches and files are in the language of the page; the rest is ours."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client, IdentityConflict, ImportBatch
from crm.models import Branch, Staff
from segmentation.models import TierScheme
from tests.crm.access import PAGES
from tests.crm.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
CHINESE = re.compile(r"[\u4e00-\u9fff]+")
ENGLISH = re.compile(r"[A-Za-z][A-Za-z'-]{2,}")
# What Chinese colleagues write in Latin letters, and units.
USUAL = {
    "VIP", "ETF", "ITT", "API", "CSV", "PDF", "csv", "txt", "xls", "xlsx", "zip", "TEXT", "UTF-8", "GBK", "GB18030", "Excel",
    "SQLite", "PostgreSQL", "REDIS", "URL", "manage", "serve", "Ctrl", "Esc", "CNY", "HKD", "LOF", "Kano", "USD",
    "kB", "MB", "px",
}  # fmt: skip
FOR_PROGRAMS = {"api-root", "api-docs", "api-schema"}
IN_BOTH = {"style"}  # on purpose
SPOKEN = {
    "aria-label",
    "title",
    "placeholder",
    "alt",
    "data-confirm",
    "data-confirm-title",
    "data-confirm-action",
    "data-failed",
}
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
SILENT = {"script", "style", "code", "pre", "template"}


class Words(HTMLParser):
    """What a person reads or hears of a page, without what is said to be in another language, and without what
    a person typed (translate="no")."""

    def __init__(self, other: str) -> None:
        super().__init__()
        self._other, self._open, self.found = other, [], []

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        is_other = (told.get("lang") or "").startswith(self._other) or told.get("translate") == "no"
        skipped = bool(self._open and self._open[-1][1]) or is_other or tag in SILENT
        if not skipped:
            self.found += [value for name, value in attrs if name in SPOKEN and value]
        if tag not in VOID:
            self._open.append((tag, skipped))

    def handle_startendtag(self, tag, attrs):
        if tag not in VOID:
            self.handle_starttag(tag, attrs)
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        while any(one == tag for one, _skipped in self._open):
            if self._open.pop()[0] == tag:
                break

    def handle_data(self, data):
        if data.strip() and not (self._open and self._open[-1][1]):
            self.found.append(data.strip())


def words(body: str, other: str) -> list[str]:
    reader = Words(other)
    reader.feed(body)
    return reader.found


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def name_everything(word: str) -> None:
    """Data of one kind of letters, so that what is left are the words of the pages."""
    Branch.objects.update(name=word)
    Staff.objects.update(name=word)
    TierScheme.objects.update(name=word, source=word)
    Client.objects.update(name=word)
    IdentityConflict.objects.all().delete()  # its value is sealed
    for batch in ImportBatch.objects.all():
        batch.file_name = f"{word}.csv"
        batch.inspection = {**(batch.inspection or {}), "file_name": batch.file_name}
        batch.save()


def readings(cast: Cast, language: str) -> dict[str, str]:
    """Every page for everybody who reads it: who and where, and what came."""
    addresses = {name: reverse(name) for name in PAGES if name not in FOR_PROGRAMS | IN_BOTH}
    addresses |= {
        "client-detail": reverse("client-detail", args=[cast.clients["own"].pk]),
        "client-trades": reverse("client-trades", args=[cast.clients["own"].pk]),
        "scheme-detail": reverse("scheme-detail", args=[cast.scheme.pk]),
        "import-detail": reverse("import-detail", args=[cast.batch.uid]),
        "nothing": "/there-is-nothing-here/",
    }
    bodies = {}
    for who in ("advisor", "manager", "admin", "compliance"):
        browser = Browser(headers={"accept-language": language})
        browser.force_login(cast.staff[who], backend="django.contrib.auth.backends.ModelBackend")
        for name, address in addresses.items():
            more = {"HX-Request": "true"} if name == "find" else {}
            response = browser.get(address, headers=more)
            if response.status_code in {200, 404} and "html" in response["Content-Type"]:
                bodies[f"{name} of {who}"] = response.content.decode()
    bodies["log-in"] = Browser(headers={"accept-language": language}).get(reverse("log-in")).content.decode()
    return bodies


def test_an_english_page_has_no_chinese_word(cast: Cast) -> None:
    name_everything("Riverside")
    found = {
        place: left
        for place, body in readings(cast, "en").items()
        if (left := sorted({one for text in words(body, "zh") for one in CHINESE.findall(text)}))
    }
    assert found == {}, found


def test_a_chinese_page_has_no_english_word_but_the_usual_ones(cast: Cast) -> None:
    name_everything("临江路")
    found = {
        place: left
        for place, body in readings(cast, "zh-CN").items()
        if (left := sorted({one for text in words(body, "en") for one in ENGLISH.findall(text)} - USUAL))
    }
    assert found == {}, found


def test_the_reader_of_pages_sees_words_and_passes_over_the_other_language() -> None:
    body = '<p title="甲">one<b lang="zh-CN">乙</b><br>two</p><script>丙</script><img alt="三">'
    assert words(body, "zh") == ["甲", "one", "two", "三"]
