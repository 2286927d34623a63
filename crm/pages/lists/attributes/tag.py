"""The tags that a branch gives its clients; an address names them by their words."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from clients.models import ClientTag, Tag
from crm.models import Staff
from crm.pages.lists.attributes.attribute import Attribute, Subject
from crm.pages.lists.kinds import NONE, Asked, Choice, Options

_MOST_SHOWN = 200


def _tags(user: Staff, _chosen: Sequence[str], _branch: str) -> Options:
    names = Tag.objects.visible_to(user).in_use().order_by("name").values_list("name", flat=True).distinct()
    return [(name, name) for name in names[:_MOST_SHOWN]]


def _tagged(value: tuple[str, ...], _asked: Asked) -> Q:
    mine = ClientTag.objects.filter(client=OuterRef("client"))
    found = Q(Exists(mine.filter(tag__name__in=[one for one in value if one != NONE])))
    return found | ~Q(Exists(mine)) if NONE in value else found


SUBJECT = Subject(_("Tags"), (Attribute("tag", _("Tag"), Choice(_tags, none=True), build=_tagged, never=_("none")),))
