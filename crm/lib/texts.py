"""Texts for translation: found with Django's own reading of templates and Babel's of Python, without a system gettext."""

import os
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileParser, write_po
from django.utils.translation import template as reading

APPS = ("crm", "clients", "segmentation", "reactivation", "servicing", "surveys", "templates")
LOCALES = ("zh_Hans", "en")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}")


class Book(Catalog):
    """A catalogue in which a translation added further down (as people append them) replaces an earlier or empty one."""

    def __setitem__(self, id: object, message: Message) -> None:  # noqa: A002 (Babel's name)
        known = self.get(message.id, message.context) if message.id else None
        if known is not None and all(_strings(message)):
            known.string = message.string
        super().__setitem__(id, message)  # type: ignore[index]


def sources(root: Path) -> Iterator[Path]:
    """Every Python file and template whose texts people see."""
    for app in APPS:
        for path in sorted((root / app).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and not {"migrations", "__pycache__"} & set(path.parts):
                yield path


def _as_python(path: Path) -> bytes:
    """The text of a file as something that Babel reads as Python: templates through Django's `templatize`, whose lines
    lose their indentation because what is left of the HTML has no meaning."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text.encode()
    lines = reading.templatize(text, origin=str(path)).splitlines()
    return "\n".join(line.strip() for line in lines).encode()


def collect(root: Path) -> Catalog:
    """Every text of the project, with the files in which it stands."""
    found = Catalog(project="Branch CRM", charset="utf-8")
    for path in sources(root):
        name = path.relative_to(root).as_posix()
        for _line, message, comments, context in extract("python", BytesIO(_as_python(path)), KEYWORDS):
            if message:
                found.add(message, locations=[(name, 1)], auto_comments=comments, context=context)
    return found


def catalogue_path(root: Path, locale: str) -> Path:
    """Where the texts of one language are kept."""
    return root / "locale" / locale / "LC_MESSAGES" / "django.po"


def load(root: Path, locale: str) -> Catalog:
    """The catalogue of one language; an empty one where there is none yet."""
    path = catalogue_path(root, locale)
    catalogue = Book(locale=locale, project="Branch CRM", charset="utf-8")
    if path.exists():
        with path.open("rb") as source:
            PoFileParser(catalogue).parse(source)
    return catalogue


def save(catalogue: Catalog, path: Path) -> None:
    """Write a catalogue so that two people's changes merge: no dates, no line numbers, in the order of the msgids."""
    path.parent.mkdir(parents=True, exist_ok=True)
    body = BytesIO()
    write_po(body, catalogue, width=110, omit_header=True, sort_output=True, ignore_obsolete=True, include_lineno=False)
    plural = f'"Plural-Forms: {catalogue.plural_forms}\\n"\n' if catalogue.plural_forms else ""
    header = f'msgid ""\nmsgstr ""\n"Language: {catalogue.locale}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n{plural}\n'
    path.write_bytes(header.encode() + body.getvalue())


def update(root: Path, locale: str) -> Catalog:
    """Bring a catalogue up to date: new texts come in empty, translations stay, what is gone goes. Nothing is guessed."""
    catalogue = load(root, locale)
    fresh = Catalog(locale=locale, project="Branch CRM", charset="utf-8")
    for message in collect(root):
        if not message.id:
            continue
        known = catalogue.get(message.id, message.context)
        fresh.add(
            message.id,
            known.string if known else "",
            locations=message.locations,
            flags=known.flags if known else (),
            user_comments=known.user_comments if known else (),
            context=message.context,
        )
    save(fresh, catalogue_path(root, locale))
    return fresh


def compile_catalogue(root: Path, locale: str) -> int:
    """Write the .mo beside the .po and say how many texts it holds."""
    catalogue = load(root, locale)
    target = catalogue_path(root, locale).with_suffix(".mo")
    # replaced whole: another process may be reading it
    draft = target.with_name(f"django.{os.getpid()}.mo.draft")
    with draft.open("wb") as out:
        write_mo(out, catalogue)
    draft.replace(target)
    return len(catalogue)


def _name(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _strings(message: Message) -> list[str]:
    several = message.string if isinstance(message.string, (tuple, list)) else [message.string]
    return [one or "" for one in several]


def untranslated(root: Path, locale: str) -> list[str]:
    """Texts without a translation in this language, or with one that a translator has still to confirm."""
    catalogue = load(root, locale)
    missing = []
    for message in collect(root):
        if not message.id:
            continue
        known = catalogue.get(message.id, message.context)
        if known is None or known.fuzzy or not all(_strings(known)):
            missing.append(f"{message.locations[0][0]}: {_name(message)}")
    return missing


def broken(root: Path, locale: str) -> list[str]:
    """Translations that lose a placeholder of the text or name one that it has not."""

    def is_faulty(message: Message) -> bool:
        wanted = set(PLACEHOLDER.findall(_name(message) if isinstance(message.id, str) else " ".join(message.id)))
        return any(set(PLACEHOLDER.findall(string)) != wanted for string in _strings(message) if string)

    return [_name(message) for message in load(root, locale) if message.id and is_faulty(message)]
