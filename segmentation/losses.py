"""Who was lost between two nights, and how many by who looked after them and how likely it seemed."""

from collections.abc import Mapping

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from crm.models import Publication, Staff
from segmentation.appraisals import SILENT
from segmentation.models import Standing
from segmentation.querysets import StandingQuerySet

_SQL = f"""SELECT s.advisor_id, s.churn_band, COUNT(*),
    SUM(CASE WHEN l.id IS NULL OR (l.dormancy IN {SILENT} AND s.dormancy NOT IN {SILENT}) THEN 1 ELSE 0 END)
FROM segmentation_standing s JOIN clients_client c ON c.id = s.client_id AND NOT c.is_restricted
LEFT JOIN segmentation_standing l ON l.publication_id = %(later)s AND l.client_id = s.client_id
WHERE s.publication_id = %(earlier)s AND s.churn_score IS NOT NULL
GROUP BY s.advisor_id, s.churn_band"""


def lost_between(earlier: Publication, later: Publication) -> Mapping[tuple[int | None, str], tuple[int, int]]:
    """(Advisor, risk word) of the earlier night → its scored, unrestricted clients, and how many of them stand no more in the
    later one or fell asleep since (S11)."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"earlier": earlier.pk, "later": later.pk})
        return {(advisor, band): (clients, int(lost)) for advisor, band, clients, lost in cursor.fetchall()}


def lost_clients(user: Staff, earlier: Publication, later: Publication) -> StandingQuerySet[Standing]:
    """Those whom the user sees of an earlier night who stand no more in a later one or fell asleep since, as they stood then."""
    still = Standing.objects.filter(publication=later, client=OuterRef("client"))
    asleep = Q(Exists(still.filter(dormancy__in=SILENT))) & ~Q(dormancy__in=SILENT)
    return Standing.objects.visible_to(user).filter(~Exists(still) | asleep, publication=earlier)
