"""What the audit trail's actions, tables and details are called on screen."""

from django import template
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

register = template.Library()

ACTIONS = {
    "accept-identity": _("accepted another identity"),
    "accept-invitation": _("set the password by a link"),
    "add-holiday": _("added a day to the calendar"),
    "add-rate": _("added an exchange rate"),
    "add-staff": _("added a person"),
    "change-holiday": _("changed a day of the calendar"),
    "change-permissions": _("changed role or branches"),
    "change-rate": _("changed an exchange rate"),
    "change-staff": _("changed a person"),
    "confirm-number": _("confirmed a number"),
    "correct": _("corrected how a file is read"),
    "create": _("created by an import"),
    "deactivate-staff": _("ended somebody's access"),
    "discard": _("discarded a file"),
    "export-rejected-rows": _("downloaded rejected rows"),
    "export-standings": _("exported standings"),
    "forget-mapping": _("forgot remembered columns"),
    "hand-over": _("handed clients over"),
    "import": _("brought a file in"),
    "invite-staff": _("made a log-in link"),
    "issue-token": _("issued an API token"),
    "lift-pin": _("lifted a tier set by hand"),
    "log-in": _("logged in"),
    "log-out": _("logged out"),
    "pin-tier": _("set a tier by hand"),
    "publish-night": _("published a night"),
    "reactivate-staff": _("let somebody in again"),
    "refuse-identity": _("refused another identity"),
    "remember-mapping": _("remembered columns"),
    "remove-holiday": _("removed a day from the calendar"),
    "remove-rate": _("removed an exchange rate"),
    "reveal": _("looked at a personal value"),
    "revoke-token": _("revoked an API token"),
    "start-checkup": _("asked for a check of the data"),
    "start-night": _("asked for a night"),
    "supersede-number": _("superseded a number"),
    "supersede-scheme": _("superseded a tier scheme"),
    "take-leave": _("noted a leave"),
    "undo": _("undid an import"),
    "undo-hand-over": _("gave clients back"),
    "upload": _("uploaded a file"),
    "withdraw-leave": _("took a leave back"),
    "withdraw-number": _("withdrew a number"),
}
TABLES = {
    "clients_account": _("account"),
    "clients_client": pgettext_lazy("table", "client"),
    "clients_exchangerate": _("exchange rate"),
    "clients_identityconflict": _("contradiction of identity"),
    "clients_importbatch": pgettext_lazy("table", "import"),
    "clients_rememberedmapping": _("remembered columns"),
    "crm_branch": pgettext_lazy("table", "branch"),
    "crm_holiday": _("day of the calendar"),
    "crm_jobrun": pgettext_lazy("table", "run"),
    "crm_leave": pgettext_lazy("table", "leave"),
    "crm_publication": _("published night"),
    "crm_staff": pgettext_lazy("table", "staff"),
    "segmentation_standing": _("standing"),
    "segmentation_threshold": pgettext_lazy("table", "number"),
    "segmentation_tierpin": _("tier set by hand"),
    "segmentation_tierscheme": _("tier scheme"),
    "servicing_contact": _("contact"),
    "servicing_handover": _("hand-over"),
    "servicing_promise": pgettext_lazy("table", "promise"),
    "servicing_task": pgettext_lazy("table", "task"),
}
FIELDS = {
    "as_of": pgettext_lazy("audit", "day"),
    "branches": _("branches"),
    "changed": pgettext_lazy("audit", "changed"),
    "checksum": _("checksum"),
    "client": pgettext_lazy("table", "client"),
    "clients": pgettext_lazy("audit", "clients"),
    "currency": _("currency"),
    "day": pgettext_lazy("audit", "day"),
    "employee_code": _("employee code"),
    "expires_at": _("valid until"),
    "field": pgettext_lazy("audit", "field"),
    "from_day": pgettext_lazy("audit", "first day"),
    "kind": pgettext_lazy("audit", "kind"),
    "key": pgettext_lazy("audit", "key"),
    "left_on": pgettext_lazy("audit", "last day"),
    "links_ended": _("links ended"),
    "measure": pgettext_lazy("audit", "measure"),
    "name": _("name"),
    "new": pgettext_lazy("audit", "new"),
    "promises": pgettext_lazy("audit", "promises"),
    "rate_e6": _("rate, millionths of a yuan"),
    "registration_category": _("registration category"),
    "registration_number": _("registration number"),
    "registration_status": pgettext_lazy("audit", "registration"),
    "role": pgettext_lazy("audit", "role"),
    "rows": pgettext_lazy("audit", "rows"),
    "runs": pgettext_lazy("audit", "runs"),
    "size": pgettext_lazy("audit", "bytes"),
    "staff": pgettext_lazy("table", "staff"),
    "staged": _("rows read"),
    "state_changes": _("changes of state"),
    "tasks": pgettext_lazy("audit", "tasks"),
    "tier": pgettext_lazy("audit", "tier"),
    "tier_moves": _("tier changes"),
    "to": pgettext_lazy("audit", "to"),
    "unit": pgettext_lazy("audit", "unit"),
    "until_day": _("until (not included)"),
    "username": _("user name"),
    "value": pgettext_lazy("audit", "value"),
}


@register.filter
def action_words(action: str) -> str:
    """What was done, in words; an action that has none stands as it is stored."""
    return str(ACTIONS.get(action, action))


@register.filter
def table_words(table: str) -> str:
    """What it was done to."""
    return str(TABLES.get(table, table))


def field_words(name: str) -> str:
    """What a key of a detail means."""
    return str(FIELDS.get(name, name.replace("_", " ")))
