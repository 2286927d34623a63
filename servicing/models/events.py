"""Education events (S13): what the branch holds for clients, who was invited, who came, and what it did."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Background, Client, ProductRisk
from crm.models import Branch
from servicing.querysets import EventQuerySet, GuestQuerySet


class Event(models.Model):
    """An event of a branch with so many seats. `uid` is made by the form; `version` counts its edits, so that a second editor
    is told. `product_risk`: the level of what it presents, "" for none; then every guest is judged (L1). Costs are fen, None
    where nobody has said; the budget belongs to the plan, the actual cost is noted when it is known."""

    class Topic(models.TextChoices):
        MARKET = "market", pgettext_lazy("topic", "market and economy")
        PRODUCT = "product", pgettext_lazy("topic", "products and their rules")
        RISK = "risk", pgettext_lazy("topic", "risk and suitability")
        RIGHTS = "rights", pgettext_lazy("topic", "rights and fraud")
        TOOLS = "tools", pgettext_lazy("topic", "trading tools")

    class Kind(models.TextChoices):
        LECTURE = "lecture", pgettext_lazy("event", "lecture at the branch")
        ONLINE = "online", pgettext_lazy("event", "online")
        VISIT = "visit", pgettext_lazy("event", "visit to a company")

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("event", "planned")
        OPEN = "open", pgettext_lazy("event", "open for registration")
        HELD = "held", pgettext_lazy("event", "held")
        CLOSED = "closed", pgettext_lazy("event", "closed")
        CANCELLED = "cancelled", pgettext_lazy("event", "cancelled")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    branch = models.ForeignKey(
        Branch, verbose_name=_("branch"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    title = models.CharField(pgettext_lazy("event", "title"), max_length=80)
    topic = models.CharField(pgettext_lazy("event", "topic"), max_length=7, choices=Topic.choices)
    kind = models.CharField(pgettext_lazy("event", "kind"), max_length=7, choices=Kind.choices)
    place = models.CharField(pgettext_lazy("event", "place"), max_length=120)
    starts_at = models.DateTimeField(pgettext_lazy("event", "begins"))
    ends_at = models.DateTimeField(pgettext_lazy("event", "ends"))
    closes_at = models.DateTimeField(_("registration until"))
    host = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("host"), on_delete=models.PROTECT, related_name="+"
    )
    quota = models.PositiveSmallIntegerField(_("seats"))
    product_risk = models.CharField(
        _("risk level of what is presented"), max_length=2, choices=ProductRisk.LEVELS, blank=True
    )
    budget_fen = models.PositiveBigIntegerField(null=True)
    cost_fen = models.PositiveBigIntegerField(null=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNED)
    why = models.CharField(max_length=200, blank=True)  # of a cancelled one
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    objects = EventQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="event_ends_after_it_began"),
            models.CheckConstraint(
                condition=Q(closes_at__lte=F("starts_at")), name="event_registration_closes_before_it_begins"
            ),
            models.CheckConstraint(condition=Q(quota__gt=0), name="event_has_seats"),
            models.CheckConstraint(condition=Q(state="cancelled") ^ Q(why=""), name="cancelled_event_says_why"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["branch", "starts_at"], name="event_branch")]

    def __str__(self) -> str:
        return f"event {self.pk}"


class Guest(models.Model):
    """A client invited to an event, once. `step` names the invitation of many, so that it is done once and can be taken back;
    `registered_at` is the place in the queue; `knowledge_before` is what was known when the client was invited and again when
    registered; `answers` counts how often the answers afterwards were written down; `why` says why the night freed the seat."""

    class State(models.TextChoices):
        INVITED = "invited", pgettext_lazy("guest", "invited")
        REGISTERED = "registered", pgettext_lazy("guest", "registered")
        WAITING = "waiting", pgettext_lazy("guest", "on the waiting list")
        DECLINED = "declined", pgettext_lazy("guest", "declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("guest", "invitation taken back")

    class Attendance(models.TextChoices):
        UNTOLD = "", pgettext_lazy("guest", "not told yet")
        CAME = "came", pgettext_lazy("guest", "came")
        ABSENT = "absent", pgettext_lazy("guest", "did not come")

    class Freed(models.TextChoices):
        CLOSED = "closed", pgettext_lazy("guest", "place freed: account closed")
        RESTRICTED = "restricted", pgettext_lazy("guest", "place freed: client restricted")

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="guests", db_index=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", db_index=False)
    step = models.UUIDField()
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    invited_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.INVITED)
    registered_at = models.DateTimeField(null=True)
    turned_by = models.ForeignKey(  # None: the night
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    turned_at = models.DateTimeField()
    why = models.CharField(max_length=10, choices=Freed.choices, blank=True)
    attendance = models.CharField(max_length=6, choices=Attendance.choices, blank=True)
    knowledge_before = models.CharField(max_length=6, choices=Background.Knowledge.choices, blank=True)
    knowledge_after = models.CharField(max_length=6, choices=Background.Knowledge.choices, blank=True)
    expected = models.PositiveSmallIntegerField(null=True)  # 1–5: what the client had hoped for
    perceived = models.PositiveSmallIntegerField(null=True)  # 1–5: what it was in the client's eyes
    remark = models.CharField(max_length=200, blank=True)
    answers = models.PositiveSmallIntegerField(default=0)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    answered_at = models.DateTimeField(null=True)

    objects = GuestQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["event", "client"], name="client_is_invited_once"),
            models.CheckConstraint(
                condition=Q(state__in=["registered", "waiting"]) ^ Q(registered_at=None),
                name="registered_guest_says_when",
            ),
            models.CheckConstraint(condition=Q(why="") | Q(state="withdrawn"), name="freed_guest_has_no_place"),
            models.CheckConstraint(
                condition=Q(attendance="") | Q(state="registered"), name="only_registered_guests_attend"
            ),
            models.CheckConstraint(
                condition=Q(expected=None, perceived=None)
                | Q(attendance="came", expected__range=(1, 5), perceived__range=(1, 5)),
                name="who_came_says_expected_and_perceived",
            ),
            models.CheckConstraint(
                condition=Q(answers=0, answered_at=None, answered_by=None)
                | Q(answers__gt=0, answered_at__isnull=False, answered_by__isnull=False),
                name="answered_guest_says_who_and_when",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["event", "state", "registered_at", "id"], name="guest_queue"),
            models.Index(fields=["client", "-turned_at"], name="guest_client"),
            models.Index(fields=["branch", "answered_at"], condition=Q(perceived__gt=0), name="guest_answered"),
        ]

    def __str__(self) -> str:
        return f"guest {self.pk}"
