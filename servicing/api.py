"""Contacts, promises and tasks for other programs: the same scope, the same words and the same nouns as the pages."""

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from clients.models import Client
from crm.access import sees_names, text_for
from crm.lib.refusals import Refused
from crm.rest import Listing
from servicing.contacts import Due, Said, record_contact
from servicing.models import Contact, Promise, Task
from servicing.rounds.words import reason_of, title_of


class _Written:
    """Serializers of what somebody wrote about a client: the client's name is masked for those who see no names."""

    context: dict[str, Any]

    def for_reader(self, text: str, client: Client) -> str:
        return text_for(self.context["request"].user, text, client.name)


class ContactSerializer(_Written, serializers.ModelSerializer[Contact]):
    """A conversation that happened; a withdrawn one says when."""

    id = serializers.UUIDField(source="uid")
    branch = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    client = serializers.UUIDField(source="client.uid")
    staff = serializers.CharField(source="staff.name")
    summary = serializers.SerializerMethodField()
    next_step = serializers.SerializerMethodField()

    class Meta:
        model = Contact
        fields = (
            *("id", "branch", "client", "staff", "happened_at", "channel", "direction", "mood", "summary"),
            *("next_step", "version", "recorded_at", "withdrawn_at"),
        )

    def get_summary(self, contact: Contact) -> str:
        return self.for_reader(contact.summary, contact.client)

    def get_next_step(self, contact: Contact) -> str:
        return self.for_reader(contact.next_step, contact.client)


class PromiseSerializer(_Written, serializers.ModelSerializer[Promise]):
    """Something promised to a client, and whether it was kept."""

    branch = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    client = serializers.UUIDField(source="client.uid")
    contact = serializers.UUIDField(source="contact.uid")
    owner = serializers.CharField(source="owner.name")
    text = serializers.SerializerMethodField()

    class Meta:
        model = Promise
        fields = ("id", "branch", "client", "contact", "owner", "text", "due_on", "state", "settled_at")

    def get_text(self, promise: Promise) -> str:
        return self.for_reader(promise.text, promise.client)


class TaskSerializer(_Written, serializers.ModelSerializer[Task]):
    """Something to do for a client by a day."""

    branch = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    client = serializers.UUIDField(source="client.uid")
    owner = serializers.CharField(source="owner.name")
    title = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField()

    class Meta:
        model = Task
        fields = ("id", "branch", "client", "owner", "title", "reason", "due_on", "state", "made_at", "settled_at")

    def get_title(self, task: Task) -> str:
        return self.for_reader(title_of(task), task.client)

    def get_reason(self, task: Task) -> str:
        return self.for_reader(reason_of(task), task.client)


class ContactParams(serializers.Serializer[Any]):
    """Conditions on contacts."""

    branch = serializers.CharField(required=False, help_text="branch code")
    client = serializers.UUIDField(required=False)
    channel = serializers.ChoiceField(Contact.Channel.choices, required=False)
    since = serializers.DateTimeField(required=False, help_text="happened at or after")
    until = serializers.DateTimeField(required=False, help_text="happened at or before")


class PromiseParams(serializers.Serializer[Any]):
    """Conditions on promises."""

    branch = serializers.CharField(required=False, help_text="branch code")
    client = serializers.UUIDField(required=False)
    state = serializers.ChoiceField(Promise.State.choices, required=False)
    due_until = serializers.DateField(required=False, help_text="last day")


class TaskParams(serializers.Serializer[Any]):
    """Conditions on tasks."""

    branch = serializers.CharField(required=False, help_text="branch code")
    client = serializers.UUIDField(required=False)
    state = serializers.ChoiceField(Task.State.choices, required=False)
    due_until = serializers.DateField(required=False, help_text="last day")


class NewContactSerializer(serializers.Serializer[Any]):
    """A contact to record. `id` is made by the sender: the same one sent twice is recorded once."""

    id = serializers.UUIDField()
    client = serializers.UUIDField()
    happened_at = serializers.DateTimeField()
    channel = serializers.ChoiceField(Contact.Channel.choices)
    direction = serializers.ChoiceField(Contact.Direction.choices, default=Contact.Direction.OUT)
    summary = serializers.CharField(max_length=2000)
    mood = serializers.ChoiceField([m for m in Contact.Mood.choices if m[0]], required=False, default="")
    promise = serializers.CharField(max_length=200, required=False, default="")
    promise_due = serializers.DateField(required=False)
    next_step = serializers.CharField(max_length=120, required=False, default="")
    step_due = serializers.DateField(required=False)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """A text without its day, or a day without a text, is half of something."""
        for text, day in (("promise", "promise_due"), ("next_step", "step_due")):
            if bool(given.get(text)) != bool(given.get(day)):
                raise ValidationError({day if given.get(text) else text: ["required together"]})
        return given


class ContactList(Listing[Contact]):
    """Contacts with the clients that the user sees, the latest recorded first; POST one to record it."""

    serializer_class = ContactSerializer
    params_class = ContactParams
    conditions: ClassVar[dict[str, str]] = {
        "branch": "branch__code",
        "client": "client__uid",
        "channel": "channel",
        "since": "happened_at__gte",
        "until": "happened_at__lte",
    }

    def rows(self) -> Any:
        return Contact.objects.visible_to(self.staff).select_related("branch", "client", "staff")

    @extend_schema(
        request=NewContactSerializer,
        responses={201: ContactSerializer},
        parameters=[OpenApiParameter(name, exclude=True) for name in ("cursor", "page_size", *ContactParams().fields)],
    )
    def post(self, request: Request) -> Response:
        """Record a contact with a client of the user (advisor, manager), with a promise and a next step where there are
        any. The same id sent again is recorded once."""
        if not sees_names(self.staff):
            raise NotFound
        form = NewContactSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        client = Client.objects.visible_to(self.staff).select_related("branch", "advisor").filter(uid=given["client"])
        found = client.first()
        if found is None:
            raise ValidationError({"client": ["unknown"]})
        said = Said(*(given[name] for name in ("happened_at", "channel", "direction", "summary", "mood", "next_step")))
        try:
            contact = record_contact(
                found,
                said,
                uid=given["id"],
                by=self.staff,
                at=timezone.now(),
                promise=Due(given["promise"], given["promise_due"]) if given["promise"] else None,
                step=Due(given["next_step"], given["step_due"]) if given["next_step"] else None,
            )
        except Refused as refused:
            raise ValidationError({refused.field or "id": [str(refused)]}) from None
        shown = ContactSerializer(self.rows().get(pk=contact.pk), context=self.get_serializer_context())
        return Response(shown.data, status=status.HTTP_201_CREATED)


class PromiseList(Listing[Promise]):
    """Promises to the clients that the user sees."""

    serializer_class = PromiseSerializer
    params_class = PromiseParams
    conditions: ClassVar[dict[str, str]] = {
        "branch": "branch__code",
        "client": "client__uid",
        "state": "state",
        "due_until": "due_on__lte",
    }

    def rows(self) -> Any:
        return Promise.objects.visible_to(self.staff).select_related("branch", "client", "contact", "owner")


class TaskList(Listing[Task]):
    """Tasks about the clients that the user sees."""

    serializer_class = TaskSerializer
    params_class = TaskParams
    conditions: ClassVar[dict[str, str]] = {
        "branch": "branch__code",
        "client": "client__uid",
        "state": "state",
        "due_until": "due_on__lte",
    }

    def rows(self) -> Any:
        return Task.objects.visible_to(self.staff).select_related("branch", "client", "owner")
