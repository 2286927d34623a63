"""What the placeholders of a wording stand for: of a client, or of an invented one for a preview."""

from collections.abc import Mapping
from datetime import date

from clients.models import Client
from crm.models import Branch, Staff
from servicing.models import TextVersion
from servicing.texts.rendering import PLACEHOLDERS, Rendered, render

# A message is in the language of its client, whatever the page is in.
_INVENTED = {
    "zh": {
        "address": "沈老师",
        "item": "三季度持仓诊断",
        "opt_out": "回复 T 退订",
        "material": "（此处为资料链接）",
        "branch": "示例营业部",
    },
    "en": {
        "address": "Ms Shen",
        "item": "review of holdings",
        "opt_out": "Reply T to opt out",
        "material": "(here stands the link to the material)",
        "branch": "Sample branch",
    },
}


def facts_of(client: Client, *, by: Staff, on: date, language: str = "zh") -> dict[str, str]:
    """What is known when somebody speaks or writes to a client on a day; a client without a form of address is named."""
    return {
        "address": client.form_of_address or client.name,
        "advisor": by.name,
        "branch": client.branch.name,
        "date": date_words(on, language),
    }


def invented_facts(*, by: Staff, branch: Branch | None, on: date, language: str) -> dict[str, str]:
    """Every placeholder for a client who does not exist."""
    known = {"advisor": by.name, "date": date_words(on, language)}
    return _INVENTED[language] | known | ({"branch": branch.name} if branch else {})


def read_aloud(version: TextVersion, facts: Mapping[str, str]) -> Rendered:
    """A script for the eyes of who speaks: what is not known is named in brackets, to be said freely."""
    return render(version, {name: f"［{word}］" for name, word in PLACEHOLDERS.items()} | dict(facts))


def date_words(day: date, language: str) -> str:
    """A day as it is written to a client."""
    return f"{day.month}月{day.day}日" if language == "zh" else f"{day.day} {day:%B}"
