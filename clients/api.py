"""Clients, accounts, trades and imports for other programs: the same scope and the same masks as the pages."""

from pathlib import Path
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from clients import imports
from clients.export_files import reasons
from clients.imports.checking import blocking
from clients.imports.masking import masked_text
from clients.models import Account, Client, ImportBatch, Trade
from clients.models.people import State
from crm.access import mask_name, mask_tail, sees_names
from crm.lib.uploads import too_large
from crm.models import Branch
from crm.rest import Listing, Scoped, Single


class Masking:
    """Serializers that know who reads."""

    context: dict[str, Any]

    def name_for_reader(self, name: str) -> str:
        """Names for advisors and managers, the first character for everybody else."""
        return name if sees_names(self.context["request"].user) else mask_name(name)

    def number_for_reader(self, number: str) -> str:
        """A client number: in full for those who serve the client, its last four characters for everybody else."""
        return number if sees_names(self.context["request"].user) else mask_tail(number)


class ClientSerializer(Masking, serializers.ModelSerializer[Client]):
    """A client without any contact or document value; names only for those who serve them."""

    id = serializers.UUIDField(source="uid")
    branch = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    client_number = serializers.SerializerMethodField()
    name = serializers.SerializerMethodField()
    advisor = serializers.CharField(source="advisor.employee_code", default=None, allow_null=True)

    class Meta:
        model = Client
        fields = (
            *("id", "branch", "client_number", "name", "kind", "state", "opened_on", "closed_on", "advisor"),
            *("risk_level", "risk_expires_on", "is_professional"),
        )

    def get_client_number(self, client: Client) -> str:
        return self.number_for_reader(client.client_number)

    def get_name(self, client: Client) -> str:
        return self.name_for_reader(client.name)


class AccountSerializer(serializers.ModelSerializer[Account]):
    """An account; its number by the last four characters for everybody."""

    branch = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    client = serializers.UUIDField(source="client.uid")
    number = serializers.SerializerMethodField()

    class Meta:
        model = Account
        fields = ("id", "branch", "client", "family", "kind", "number", "currency", "state", "opened_on", "closed_on")

    def get_number(self, account: Account) -> str:
        return mask_tail(account.number)


class TradeSerializer(serializers.ModelSerializer[Trade]):
    """A settled trade. Money in minor units of its currency, price in 1/10,000, quantity in 1/100."""

    branch = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    client = serializers.UUIDField(source="client.uid")

    class Meta:
        model = Trade
        fields = (
            *("id", "branch", "client", "account_id", "traded_on", "traded_at", "side", "market", "security_code"),
            *("security_name", "instrument_class", "quantity_e2", "price_e4", "amount_minor", "net_minor"),
            *("commission_minor", "stamp_duty_minor", "transfer_fee_minor", "levies_minor", "currency", "channel"),
            "is_provisional",
        )


class ClientParams(serializers.Serializer[Any]):
    """Conditions on clients."""

    branch = serializers.CharField(required=False, help_text="branch code")
    advisor = serializers.CharField(required=False, help_text="employee code")
    kind = serializers.ChoiceField(Client.Kind.choices, required=False)
    state = serializers.ChoiceField(State.choices, required=False)
    opened_since = serializers.DateField(required=False)


class AccountParams(serializers.Serializer[Any]):
    """Conditions on accounts."""

    branch = serializers.CharField(required=False, help_text="branch code")
    client = serializers.UUIDField(required=False)
    kind = serializers.ChoiceField(Account.Kind.choices, required=False)
    state = serializers.ChoiceField(State.choices, required=False)


class TradeParams(serializers.Serializer[Any]):
    """Conditions on trades."""

    branch = serializers.CharField(required=False, help_text="branch code")
    client = serializers.UUIDField(required=False)
    since = serializers.DateField(required=False, help_text="first day")
    until = serializers.DateField(required=False, help_text="last day")
    side = serializers.ChoiceField(Trade.Side.choices, required=False)
    security_code = serializers.CharField(required=False)


class ClientList(Listing[Client]):
    """Clients that the user sees."""

    serializer_class = ClientSerializer
    params_class = ClientParams
    conditions: ClassVar[dict[str, str]] = {
        "branch": "branch__code",
        "advisor": "advisor__employee_code",
        "kind": "kind",
        "state": "state",
        "opened_since": "opened_on__gte",
    }

    def rows(self) -> Any:
        return Client.objects.visible_to(self.staff).select_related("branch", "advisor")


class ClientDetail(Single[Client]):
    """One client."""

    serializer_class = ClientSerializer
    lookup_field = "uid"

    def rows(self) -> Any:
        return Client.objects.visible_to(self.staff).select_related("branch", "advisor")


class AccountList(Listing[Account]):
    """Accounts of the clients that the user sees."""

    serializer_class = AccountSerializer
    params_class = AccountParams
    conditions: ClassVar[dict[str, str]] = {
        "branch": "branch__code",
        "client": "client__uid",
        "kind": "kind",
        "state": "state",
    }

    def rows(self) -> Any:
        return Account.objects.visible_to(self.staff).named().select_related("branch", "client")


class TradeList(Listing[Trade]):
    """Trades of the clients that the user sees."""

    serializer_class = TradeSerializer
    params_class = TradeParams
    conditions: ClassVar[dict[str, str]] = {
        "since": "traded_on__gte",
        "until": "traded_on__lte",
        "side": "side",
        "security_code": "security_code",
    }

    def rows(self) -> Any:
        return Trade.objects.visible_to(self.staff).select_related("branch", "client")

    def narrow(self, rows: Any, given: dict[str, Any]) -> Any:
        """One client's trades are found through the client's accounts, which begin the natural key's index."""
        if "branch" in given:
            rows = rows.filter(branch__in=Branch.objects.filter(code=given["branch"]))
        if "client" in given:
            client = Client.objects.visible_to(self.staff).filter(uid=given["client"]).first()
            rows = rows.of_client(client) if client else rows.none()
        return rows


class ImportSerializer(serializers.ModelSerializer[ImportBatch]):
    """A file on its way in, with what was found and what the dry run or commit counted."""

    id = serializers.UUIDField(source="uid", read_only=True)
    questions = serializers.SerializerMethodField()
    held_because = serializers.SerializerMethodField()

    class Meta:
        model = ImportBatch
        fields = (
            *("id", "file_name", "size_bytes", "sha256", "kind", "preset", "state", "day", "questions", "held_because"),
            *("total_count", "new_count", "changed_count", "unchanged_count", "removed_count", "rejected_count"),
            *("waiting_count", "unknown", "created_at", "committed_at", "undone_at"),
        )

    def get_questions(self, batch: ImportBatch) -> list[str]:
        """What a person has to answer on the page before the file can be read."""
        if batch.state not in {"uploaded", "inspected", "held"} or not batch.inspection:
            return []
        return [masked_text(reasons.describe(code, params)) for code, params in blocking(batch)]

    def get_held_because(self, batch: ImportBatch) -> str:
        error = batch.error or {}
        return masked_text(reasons.describe(error["code"], error.get("params"))) if "code" in error else ""


class ImportParams(serializers.Serializer[Any]):
    """Conditions on imports."""

    state = serializers.ChoiceField(ImportBatch.State.choices, required=False)
    kind = serializers.CharField(required=False)
    since = serializers.DateTimeField(required=False, help_text="uploaded at or after")


class UploadSerializer(serializers.Serializer[Any]):
    """One export file or zip archive."""

    file = serializers.FileField()


class _Imports(Scoped[ImportBatch]):
    """Imports are the admin's work and compliance reads; for everybody else they do not exist."""

    def rows(self) -> Any:
        if not (self.staff.is_admin or self.staff.is_compliance):
            raise NotFound
        return ImportBatch.objects.visible_to(self.staff)


class ImportList(_Imports, Listing[ImportBatch]):
    """Files that came in, the latest first; POST one to bring it in."""

    serializer_class = ImportSerializer
    params_class = ImportParams
    parser_classes = (MultiPartParser,)
    conditions: ClassVar[dict[str, str]] = {"state": "state", "kind": "kind", "since": "created_at__gte"}

    @extend_schema(
        request={"multipart/form-data": UploadSerializer},
        responses={201: ImportSerializer(many=True)},
        parameters=[OpenApiParameter(name, exclude=True) for name in ("cursor", "page_size", *ImportParams().fields)],
    )
    def post(self, request: Request) -> Response:
        """Upload a file or archive (admin): each file becomes a batch, is looked at, and its dry run is queued. Nothing is
        written before somebody commits it on the page."""
        if not self.staff.is_admin:
            raise NotFound
        file = request.FILES.get("file")
        if file is None:
            large = too_large(request._request)
            raise ValidationError({"file": ["too large" if large else "no file was sent"]})
        path = Path(file.temporary_file_path())  # the upload handler writes to disk
        received = imports.receive_all(path, by=self.staff, name=file.name)
        batches = received.batches
        if not batches:
            why = [reasons.describe(r.code, r.params) for r in received.refused]
            raise ValidationError({"file": why + [f"ignored: {name}" for name in received.ignored]})
        for batch in batches:
            imports.inspect(batch)
        imports.ask_checks(
            sorted(batches, key=lambda b: imports.order_of(b.kind)), by=self.staff, today=timezone.localdate()
        )
        fresh = ImportBatch.objects.visible_to(self.staff).filter(pk__in=[b.pk for b in batches]).order_by("id")
        return Response(ImportSerializer(fresh, many=True).data, status=status.HTTP_201_CREATED)


class ImportDetail(_Imports, Single[ImportBatch]):
    """One file: where it stands and what was counted."""

    serializer_class = ImportSerializer
    lookup_field = "uid"
