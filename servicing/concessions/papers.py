"""The papers that a product class asks for (S21), read again when somebody decides: a licence may have ended since."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from servicing.competence.requirements import needs_on
from servicing.competence.rules import may_agree
from servicing.competence.serving import held_by
from servicing.competence.words import missing_words
from servicing.models import Concession


def barred_by_papers(rows: Sequence[Concession], day: date) -> dict[int, str]:
    """Of concessions, read with whoever asked, those that cannot be approved on a day because the asker lacks a paper, and what
    is missing; a gift asks for none. One query for the papers and one for each branch, however many rows."""
    fees = [row for row in rows if row.kind == Concession.Kind.FEE]
    needs = {branch: needs_on(branch, day) for branch in {row.branch_id for row in fees}}
    held = held_by({row.asked_by_id for row in fees}) if any(needs.values()) else {}
    verdicts = {row: may_agree(held.get(row.asked_by_id, ()), row.product, needs[row.branch_id], day) for row in fees}
    told = _("{name} lacks a paper for this class: {missing}.")
    return {
        row.pk: told.format(name=row.asked_by.name, missing=missing_words(verdict))
        for row, verdict in verdicts.items()
        if not verdict.passes
    }
