"""Licences and trainings as they are entered (S21): by somebody else than the person, corrected by another row that replaces
the first, withdrawn and never deleted."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from crm import audit
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.models import Paper

MOST_HOURS, MOST_MARK = 500, 100


@dataclass(frozen=True)
class Written:
    """What a paper says; a licence has a number, a training a course."""

    kind: str
    from_day: date
    until_day: date | None
    number: str = ""
    course: str = ""
    hours: int | None = None
    mark: int | None = None
    is_passed: bool = True


class PaperConflict(Exception):
    """Somebody corrected the paper meanwhile; `current` is what stands now."""

    def __init__(self, current: Paper) -> None:
        super().__init__(f"paper {current.pk} was corrected meanwhile")
        self.current = current


def enter_paper(person: Staff, told: Written, *, uid: UUID, by: Staff, at: datetime) -> Paper:
    """Write a paper of a person down; the same `uid` again is the one that is there. Raises Refused, naming the field, for
    one's own, for days that cannot be, and for what is written down already."""
    return _write(person, told, None, uid=uid, by=by, at=at)


def correct_paper(paper: Paper, told: Written, *, uid: UUID, by: Staff, at: datetime) -> Paper:
    """Replace a paper by another row; the one before stays readable. The same again changes nothing. Raises Refused as
    `enter_paper`, PaperConflict where somebody else was quicker."""
    return _write(paper.staff, replace(told, kind=paper.kind), paper, uid=uid, by=by, at=at)


def withdraw_paper(paper: Paper, *, by: Staff, at: datetime) -> bool:
    """Take a paper off that should not be there; False where it does not stand. Raises Refused for one's own."""
    _check_other(paper.staff, by)
    with transaction.atomic():
        _lock(paper.staff)
        turned = Paper.objects.standing().filter(pk=paper.pk).exists()
        if turned:
            Paper.objects.filter(pk=paper.pk).update(withdrawn_at=at, withdrawn_by=by)
            _tell("withdraw-paper", paper, by=by)
    return turned


def restore_paper(paper: Paper, *, by: Staff) -> bool:
    """Undo of taking a paper off; False where it stands. Raises Refused for one's own, and where it is there again."""
    _check_other(paper.staff, by)
    with transaction.atomic():
        _lock(paper.staff)
        if not Paper.objects.filter(pk=paper.pk, withdrawn_at__isnull=False).exists():
            return False
        _check_new(paper.staff, paper.told(), None)
        Paper.objects.filter(pk=paper.pk).update(withdrawn_at=None, withdrawn_by=None)
        _tell("restore-paper", paper, by=by)
    return True


def latest_of(paper: Paper) -> Paper:
    """The row that replaced a paper last; the paper itself where none did."""
    while later := Paper.objects.select_related("made_by", "withdrawn_by", "staff").filter(replaces=paper).first():
        paper = later
    return paper


def _write(person: Staff, told: Written, before: Paper | None, *, uid: UUID, by: Staff, at: datetime) -> Paper:
    _check(person, told, by)
    try:
        with transaction.atomic():
            _lock(person)
            if known := Paper.objects.filter(uid=uid, staff=person, made_by=by).first():
                return known
            if before is not None:
                current = latest_of(Paper.objects.select_related("staff", "made_by").get(pk=before.pk))
                if current.withdrawn_at is not None:
                    raise Refused(
                        _("Somebody has taken this paper off meanwhile. Restore it first, or enter another one.")
                    )
                if current.pk != before.pk:
                    raise PaperConflict(current)
                if vars(told) == current.told():
                    return current
            _check_new(person, vars(told), before)
            row = Paper.objects.create(staff=person, **vars(told), uid=uid, made_by=by, made_at=at, replaces=before)
            _tell("correct-paper" if before else "enter-paper", row, by=by)
    except IntegrityError:
        raise Refused(_("This form belongs to another paper; please open it anew.")) from None
    return row


def _check(person: Staff, told: Written, by: Staff) -> None:
    _check_other(person, by)
    if told.until_day is not None and told.until_day < told.from_day:
        raise Refused(_("The last day is not before the first one."), "until_day")
    if told.course:
        if told.hours is not None and not 1 <= told.hours <= MOST_HOURS:
            raise Refused(_("Between 1 and {n} hours.").format(n=MOST_HOURS), "hours")
        if told.mark is not None and not 0 <= told.mark <= MOST_MARK:
            raise Refused(_("Between 0 and {n}.").format(n=MOST_MARK), "mark")
    elif not told.number:
        raise Refused(_("A licence has a number, a training a course."), "number")


def _check_other(person: Staff, by: Staff) -> None:
    if person.pk == by.pk:
        raise Refused(_("Somebody else enters your own papers."))


def _check_new(person: Staff, told: dict[str, object], but: Paper | None) -> None:
    if Paper.objects.standing().filter(staff=person, **told).exclude(pk=but.pk if but else 0).exists():
        raise Refused(_("This is written down already."), "kind")


def _lock(person: Staff) -> None:
    """The papers of a person change one after the other."""
    Staff.objects.select_for_update().get(pk=person.pk)


def _tell(action: str, row: Paper, *, by: Staff) -> None:
    audit.record(
        action,
        actor=by,
        of=row,
        detail={
            "staff": row.staff_id,
            "kind": row.kind,
            "from_day": row.from_day.isoformat(),
            "until": row.until_day.isoformat() if row.until_day else None,
        },
    )
