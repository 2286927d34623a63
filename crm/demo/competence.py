"""Licences and trainings of the invented firm: everybody's, of whom one ends soon and one is missing, and what is asked for."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from django.utils import timezone

from crm.models import Staff
from servicing.competence.gaps import people_in
from servicing.competence.papers import Written, enter_paper
from servicing.competence.requirements import supersede_requirement
from servicing.models import Paper, PaperRequirement

NAMESPACE = UUID("4f1f2b1c-8c53-4b8e-9a2e-6f3a5d0c9e21")
ASKED = (
    ("tier:vip", ["adviser", "t_suitability"], "总部规定：VIP客户由持证投资顾问服务"),
    ("risk:R4", ["securities", "t_products"], "总部规定：R4及以上产品的推介资格"),
)
SOON, LONG = timedelta(days=24), timedelta(days=500)


def write_competence(*, at: datetime) -> int:
    """Write papers and what is asked for; how many papers. Where some are written down already, none."""
    admin = Staff.objects.filter(role=Staff.Role.ADMIN, is_active=True).order_by("pk").first()
    people = people_in(Staff.branches.through.objects.values_list("branch", flat=True))
    if admin is None or Paper.objects.exists():
        return 0
    today = timezone.localdate(at)
    for place, person in enumerate(people):
        for told in _papers(place, person, today):
            enter_paper(person, told, uid=uuid5(NAMESPACE, f"{person.username}:{told.kind}"), by=admin, at=at)
    for subject, needs, source in ASKED:
        row = PaperRequirement(subject=subject, needs=needs, from_day=today, source=source)
        supersede_requirement(row, by=admin, at=at)
    return Paper.objects.count()


def _papers(place: int, person: Staff, today: date) -> Iterator[Written]:
    """The second of the firm has a licence that ends soon, the third none of an adviser; the fifth has not passed yet."""
    begun = today - timedelta(days=400 + place)
    number = f"S0990{620_000 + place * 37:06d}"
    yield Written("securities", begun, None, number=number)
    if place != 2:
        yield Written(
            "adviser", begun, today + (SOON if place == 1 else LONG + timedelta(days=place)), number=f"{number}01"
        )
    yield Written(
        "t_suitability", begun + timedelta(days=90), today + LONG, course="投资者适当性管理年度培训", hours=8, mark=88
    )
    yield Written(
        "t_products", begun + timedelta(days=120), today + LONG, course="产品知识与风险揭示", hours=6,
        mark=52 if place == 4 else 81, is_passed=place != 4,
    )  # fmt: skip
