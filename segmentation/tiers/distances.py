"""The boundary list (T8): what a client lacks to the next tier and is above the lower one, exact to the fen."""

from segmentation.models import TierScheme
from segmentation.tiers.measures import BY_COMMISSION


def distances_sql(scheme: TierScheme) -> tuple[str, str, str, str]:
    """The WHEN clauses of the tier step, the two distances, and the query texts they join, for one scheme. Adding the
    first distance moves a client up, taking the second away moves it down, one fen less does neither: both include the
    fen that breaks a tie."""
    if scheme.measure == TierScheme.Measure.ASSET_CLASS:
        return _by_floors(scheme)
    return _by_places(scheme)


def _by_floors(scheme: TierScheme) -> tuple[str, str, str, str]:
    floors = {1: scheme.vip_floor_fen, 2: scheme.key_floor_fen, 3: scheme.ordinary_floor_fen}
    known = {step: floor for step, floor in floors.items() if floor is not None}
    when = " ".join(f"WHEN measure >= {floor} THEN {step}" for step, floor in known.items())
    up = {step: max((s for s in known if s < step), default=None) for step in (2, 3, 4)}
    ups = " ".join(
        f"WHEN {step} THEN greatest({known[above]} - c.measure, 1 - c.measure)"
        for step, above in up.items()
        if above is not None
    )
    downs = " ".join(f"WHEN {step} THEN least(c.measure - {floor} + 1, c.measure)" for step, floor in known.items())
    to_next = f"CASE WHEN c.is_giant THEN NULL ELSE CASE c.step {ups or 'WHEN 0 THEN 0'} END END"
    return when, to_next, f"CASE c.step {downs or 'WHEN 0 THEN 0'} END", ""


def _by_places(scheme: TierScheme) -> tuple[str, str, str, str]:
    when = "WHEN rank <= place_1 THEN 1 WHEN rank <= place_2 THEN 2 WHEN rank <= place_3 THEN 3"
    # Adding to a measure of assets adds to the assets as well, so there only the client number breaks a tie.
    tie = "{0}.net_fen" if scheme.measure in BY_COMMISSION else "0"
    beats_last = _wins(tie.format("c"), "c.client_number", "e.last_net", "e.last_number")
    beats_first = _wins(tie.format("c"), "c.client_number", "e.first_net", "e.first_number")
    to_next = f"""CASE WHEN c.is_giant OR e.up_place IS NULL OR e.up_place = 0 THEN NULL
        WHEN c.rank <= e.up_place OR e.last_measure IS NULL THEN 1 - c.measure
        ELSE greatest(1 - c.measure, e.last_measure - c.measure + CASE WHEN {beats_last} THEN 0 ELSE 1 END) END"""
    above_lower = f"""CASE WHEN c.step = 4 THEN NULL WHEN e.first_measure IS NULL THEN c.measure
        ELSE least(c.measure, c.measure - e.first_measure + CASE WHEN {beats_first} THEN 1 ELSE 0 END) END"""
    return when, to_next, above_lower, _edges(tie)


def _wins(net: str, number: str, other_net: str, other_number: str) -> str:
    return f"({net} > {other_net} OR ({net} = {other_net} AND {number} < {other_number}))"


def _edges(tie: str) -> str:
    # Per branch and step: the last place of the step above, who holds it, and who stands first below the own step.
    member = "max({0}) FILTER (r.rank = {1} AND NOT r.is_giant)"
    net = tie.format("r")

    def holder(name: str, place: str) -> str:
        return ", ".join(
            f"{member.format(column, place)} AS {name}_{label}"
            for column, label in (("r.measure", "measure"), (net, "net"), ("r.client_number", "number"))
        )

    return f""", edges AS (
            SELECT s.branch_id, s.step, s.up_place, {holder("last", "s.up_place")}, {holder("first", "s.own_place + 1")}
            FROM (
                SELECT branch_id, step, [NULL, place_1, place_2, place_3][step] AS up_place,
                    [place_1, place_2, place_3, NULL][step] AS own_place
                FROM sizes, unnest([1, 2, 3, 4]) AS t(step)
            ) s
            LEFT JOIN (
                SELECT ranked.* FROM ranked JOIN sizes USING (branch_id)
                WHERE rank IN (place_1, place_2, place_3, place_1 + 1, place_2 + 1, place_3 + 1)
            ) r USING (branch_id)
            GROUP BY s.branch_id, s.step, s.up_place
        )"""
