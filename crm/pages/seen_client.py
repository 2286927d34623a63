"""The client that a page is about: seen by the reader or missing, with the night it stands in and the name that is shown."""

from django.http import Http404
from django.utils import timezone

from clients.grants import look_up
from clients.models import Client
from crm import access
from crm.models import Publication, Staff
from segmentation.models import Standing


def seen_client(user: Staff, pk: int) -> Client:
    """One client of the reader, or opened to the reader for today, with branch and advisor; anybody else's is missing
    (Http404)."""
    client = look_up(user, pk, timezone.now())
    if client is None:
        raise Http404
    return client


def shown_name(client: Client, user: Staff) -> str:
    """The name as the reader may see it, the number where there is none."""
    return access.name_for(user, client.name, client.client_number)


def standing_of(client: Client) -> tuple[Publication | None, Standing | None]:
    """The current night of the client's branch, and where the client stood in it (nowhere when closed)."""
    found = Publication.objects.current().filter(branch=client.branch_id)
    night = found.select_related("basis__scheme", "basis__model").first()
    standing = Standing.objects.filter(publication=night, client=client).first() if night else None
    return night, standing
