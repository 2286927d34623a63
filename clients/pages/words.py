"""The words for kinds of file, delimiters and fields."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.export_files.kinds import Field
from crm.lib import formats

KIND_LABELS: dict[str, Promise] = {
    "clients": gettext_lazy("Clients"),
    "accounts": gettext_lazy("Accounts"),
    "trades": gettext_lazy("Settlements"),
    "fills": gettext_lazy("Fills"),
    "orders": gettext_lazy("Orders"),
    "cash_transfers": gettext_lazy("Cash transfers"),
    "securities_transfers": gettext_lazy("Securities transfers"),
    "assets": gettext_lazy("Daily assets"),
    "holdings": gettext_lazy("Holdings"),
    "rates": gettext_lazy("Exchange rates"),
    "movements": gettext_lazy("Movements"),
}
DELIMITER_LABELS: dict[str, Promise] = {
    "\t": gettext_lazy("TAB text"),
    ",": gettext_lazy("comma"),
    "|": gettext_lazy("bar"),
    ";": gettext_lazy("semicolon"),
    " ": gettext_lazy("aligned by spaces"),
}


def kind_label(kind: str) -> str:
    """The word for a kind of file."""
    return str(KIND_LABELS.get(kind, "")) or _("Kind not known")


def field_label(field: Field) -> str:
    """A field by its canonical header: Chinese for those who read it, else the English one."""
    return field.headers[0] if formats.is_chinese() and field.headers else field.name.replace("_", " ")
