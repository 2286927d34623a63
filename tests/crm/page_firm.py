"""A branch with staff and published standings, written down by hand, for tests of the pages."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from django.test import Client as Browser

from clients.models import Account, Client, ImportBatch
from clients.pinyin import initials_of, pinyin_of
from crm.lib.crypto import blind_index, seal
from crm.models import Branch, JobRun, Publication, Staff
from segmentation.models import PublicationBasis, Standing, TierScheme

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
DAY = date(2026, 11, 20)
_numbers = count(1)


def staff(username: str, role: str, *branches: Branch) -> Staff:
    person = Staff.objects.create_user(username, "a long pass phrase", name=f"员工{username}", role=role)
    person.branches.set(branches)
    return person


def browser_of(person: Staff) -> Browser:
    browser = Browser()
    browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def batch() -> ImportBatch:
    found = ImportBatch.objects.filter(file_name="pages.csv").first()
    return found or ImportBatch.objects.create(file_name="pages.csv", kind="clients", state="committed")


def client(branch: Branch, name: str = "张三", *, advisor: Staff | None = None, **more: Any) -> Client:
    phone = more.pop("phone", "")
    person = Client(
        branch=branch,
        client_number=f"{next(_numbers):08d}",
        name=name,
        pinyin="".join(f"|{reading}" for reading in pinyin_of(name)),
        initials="".join(f"|{reading}" for reading in initials_of(name)),
        advisor=advisor,
        batch=batch(),
        recorded_at=NOW,
        **more,
    )
    if phone:
        person.phone_sealed = seal(phone, table="clients_client", column="phone", owner=person.uid)
        person.phone_tail_index = blind_index(phone[-4:], column="phone_tail")
    person.save()
    return person


def account(owner: Client, number: str = "880012349876", **more: Any) -> Account:
    values = {"family": "fund", "kind": "fund", "number_tail": number[-4:], **more}
    return Account.objects.create(
        branch=owner.branch, client=owner, number=number, batch=batch(), recorded_at=NOW, **values
    )


def night(branch: Branch, day: date = DAY, *, state: str = "published") -> Publication:
    run = JobRun.objects.create(
        kind="night", key=f"night:{next(_numbers)}", branch=branch, as_of=day, state="done", cutoff=NOW,
        steps=[{"name": "features", "seconds": 2.5, "rows": 3}, {"name": "tiers", "seconds": 0.5, "rows": 3}],
    )  # fmt: skip
    published = Publication.objects.create(branch=branch, as_of=day, cutoff=NOW, run=run, state=state, published_at=NOW)
    PublicationBasis.objects.create(publication=published, scheme=TierScheme.objects.get(branch=None))
    return published


def stand(published: Publication, who: Client, **told: Any) -> Standing:
    rank = told.pop("rank", None) or Standing.objects.filter(publication=published).count() + 1
    tier = told.pop("tier", "small")
    values = {"computed_tier": tier, "measure_fen": 100_00, "dormancy": "active", **told}
    standing = Standing.objects.create(publication=published, client=who, tier=tier, rank=rank, **values)
    Publication.objects.filter(pk=published.pk).update(client_count=rank)
    return standing
