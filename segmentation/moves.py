"""The permanent ledgers (T7): who changed tier, state or band between two published nights, and why."""

from django.db import connection

from crm.models import Publication
from segmentation.models import StateChange, TierMove

_STEP = "CASE {0}.tier WHEN 'vip' THEN 1 WHEN 'key' THEN 2 WHEN 'ordinary' THEN 3 ELSE 4 END"
_NIGHTS = """FROM segmentation_standing n
    JOIN crm_publication pub ON pub.id = n.publication_id
    JOIN segmentation_publicationbasis basis ON basis.publication_id = pub.id
    LEFT JOIN segmentation_publicationbasis old ON old.publication_id = %(previous)s
    LEFT JOIN segmentation_standing p ON p.publication_id = %(previous)s AND p.client_id = n.client_id
    WHERE n.publication_id = %(night)s"""
# A pin set, changed or ended explains the move first; then a change of scheme; then the own value, where it went the way
# of the move; what remains is that others moved.
WHY_MOVED = f"""CASE WHEN p.id IS NULL THEN 'first'
            WHEN n.tier_reason = 'pin' OR p.tier_reason = 'pin' THEN 'pin'
            WHEN basis.scheme_id <> old.scheme_id THEN 'scheme'
            WHEN {_STEP.format("n")} < {_STEP.format("p")} AND n.measure_fen > p.measure_fen THEN 'own'
            WHEN {_STEP.format("n")} > {_STEP.format("p")} AND n.measure_fen < p.measure_fen THEN 'own'
            ELSE 'others' END"""
_TIER_MOVES = f"""INSERT INTO segmentation_tiermove
    (client_id, publication_id, branch_id, day, from_tier, to_tier, scheme_id, from_measure_fen, measure_fen,
     from_rank, rank, why)
    SELECT n.client_id, pub.id, pub.branch_id, pub.as_of, COALESCE(p.tier, ''), n.tier, basis.scheme_id,
        p.measure_fen, n.measure_fen, p.rank, n.rank,
        {WHY_MOVED}
    {_NIGHTS} AND (p.id IS NULL OR p.tier <> n.tier)"""
_STATE_COLUMNS = "(client_id, publication_id, branch_id, day, subject, before, after, detail)"
_STATE_CHANGES = (
    f"""INSERT INTO segmentation_statechange {_STATE_COLUMNS}
    SELECT n.client_id, pub.id, pub.branch_id, pub.as_of, 'dormancy', p.dormancy, n.dormancy, n.dormancy_reason
    {_NIGHTS} AND p.dormancy <> n.dormancy""",
    f"""INSERT INTO segmentation_statechange {_STATE_COLUMNS}
    SELECT n.client_id, pub.id, pub.branch_id, pub.as_of, 'band', p.churn_band, n.churn_band, n.churn_reasons
    {_NIGHTS} AND p.churn_band <> n.churn_band""",
    # Who has no standing any more is not open any more (T3).
    f"""INSERT INTO segmentation_statechange {_STATE_COLUMNS}
    SELECT p.client_id, pub.id, pub.branch_id, pub.as_of, 'dormancy', p.dormancy, 'closed', p.dormancy_reason
    FROM segmentation_standing p JOIN crm_publication pub ON pub.id = %(night)s
    LEFT JOIN segmentation_standing n ON n.publication_id = %(night)s AND n.client_id = p.client_id
    WHERE p.publication_id = %(previous)s AND n.id IS NULL""",
)


def next_night(night: Publication) -> Publication | None:
    """The published night that follows: it told its changes against the one before it, and has to tell them anew."""
    return Publication.objects.published().filter(branch=night.branch, as_of__gt=night.as_of).order_by("as_of").first()


def write_ledgers(night: Publication) -> dict[str, int]:
    """Write the changes of a published night against the published night before it, in the caller's transaction.

    Rows of the same branch and day are replaced, so twice is once. Where a later night is already published, its rows
    have to be written again against this one: what lay between its old predecessor and itself is then split at this
    night, and nothing is lost or told twice. Returns counts of this night's rows."""
    earlier = Publication.objects.published().filter(branch=night.branch, as_of__lt=night.as_of)
    previous = earlier.order_by("-as_of").values_list("pk", flat=True).first()
    TierMove.objects.filter(branch=night.branch, day=night.as_of).delete()
    StateChange.objects.filter(branch=night.branch, day=night.as_of).delete()
    params = {"night": night.pk, "previous": previous}
    with connection.cursor() as cursor:
        cursor.execute(_TIER_MOVES, params)
        moves = cursor.rowcount
        changes = 0
        for sql in _STATE_CHANGES:
            cursor.execute(sql, params)
            changes += cursor.rowcount
    return {"tier_moves": moves, "state_changes": changes}
