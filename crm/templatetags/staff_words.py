"""What a member of staff is called by role."""

from django import template
from django.utils.translation import pgettext

from crm.models import Staff

register = template.Library()


@register.filter
def role_of(person: Staff) -> str:
    """The role; an advisor who is not registered is none by law, and Chinese has another word for that (P2)."""
    if person.is_advisor and person.registration_status != Staff.Registration.ACTIVE:
        return pgettext("not registered", "advisor")
    return str(person.get_role_display())
