"""The one gate: who sees which branch, and what of a person is shown before it is revealed on purpose."""

from crm.models import Staff

MASK = "••••"


def sees_names(user: Staff) -> bool:
    """Advisors and managers know their clients by name; admin and compliance see names masked."""
    return user.is_advisor or user.is_manager


def may_reveal(user: Staff) -> bool:
    """Who may reveal one field of a client they see, with a reason: not the admin."""
    return user.is_advisor or user.is_manager or user.is_compliance


def mask_name(name: str) -> str:
    """张三 → 张••; a two-character surname is not told from one, so only the first character stays."""
    return f"{name[:1]}••" if name else ""


def name_for(user: Staff, name: str, number: str = "") -> str:
    """A client's name as the user may read it; the number, if one is given, where there is no name."""
    return (name if sees_names(user) else mask_name(name)) or number


def text_for(user: Staff, text: str, name: str) -> str:
    """What somebody wrote about a client of that name, with the name in it as the user may read it."""
    return text.replace(name, name_for(user, name)) if name else text


def mask_phone(phone: str) -> str:
    """13812345678 → 138••••5678."""
    return f"{phone[:3]}{MASK}{phone[-4:]}" if len(phone) >= 8 else (MASK if phone else "")


def mask_identity(number: str) -> str:
    """The first four and last four characters of an identity number."""
    return f"{number[:4]}{MASK}{MASK}{number[-4:]}" if len(number) >= 12 else (MASK if number else "")


def mask_tail(number: str) -> str:
    """The last four characters of an account, card or client number."""
    return f"{MASK}{number[-4:]}" if len(number) > 4 else (MASK if number else "")
