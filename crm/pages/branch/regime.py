"""The regime gap on the branch page (B8): how many clients hold far less or far more than the market's reference suggests."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from crm.models import Publication
from crm.pages.branch.nights import Chosen
from crm.pages.regimes import gap_title
from segmentation.regimes import regime_gap_counts


def regime_card(found: Chosen, night: Publication) -> dict[str, Any] | None:
    """Counts and net assets on both sides; None where no regime is set. The list it opens is of the latest night, so an
    earlier day has figures without links."""
    counts = regime_gap_counts(found.user, night)
    if counts is None:
        return None
    sides = (
        ("below", _("Far below"), counts.below, counts.below_fen),
        ("above", _("Far above"), counts.above, counts.above_fen),
    )
    return {
        "title": gap_title(counts.reference, counts),
        "sides": [
            {"label": label, "clients": clients, "assets": fen, "href": _address(found, side) if clients else ""}
            for side, label, clients, fen in sides
        ],
    }


def _address(found: Chosen, side: str) -> str:
    query = urlencode({"branch": found.branch.code, "side": side})
    return f"{reverse('regime-gap')}?{query}" if found.is_latest else ""
