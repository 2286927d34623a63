"""The REST API: addresses, the schema, and a readable page of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from clients.api import AccountList, ClientDetail, ClientList, ImportDetail, ImportList, TradeList
from crm.models import JobRun
from crm.rest import Listing, Single
from segmentation.api import StandingList
from servicing.api import ContactList, PromiseList, TaskList


class RunSerializer(serializers.ModelSerializer[JobRun]):
    """One piece of background work as the ledger has it."""

    branch = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)

    class Meta:
        model = JobRun
        fields = (
            *("id", "kind", "branch", "as_of", "cutoff", "state", "attempt", "counts", "steps", "versions"),
            *("created_at", "started_at", "finished_at"),
        )


class RunParams(serializers.Serializer[Any]):
    """Conditions on runs."""

    kind = serializers.ChoiceField(JobRun.Kind.choices, required=False)
    state = serializers.ChoiceField(JobRun.State.choices, required=False)
    branch = serializers.CharField(required=False, help_text="branch code")
    as_of = serializers.DateField(required=False)


class RunList(Listing[JobRun]):
    """Nightly runs and imports: what ran, as of when, how long, how it ended."""

    serializer_class = RunSerializer
    params_class = RunParams
    conditions = {"kind": "kind", "state": "state", "branch": "branch__code", "as_of": "as_of"}  # noqa: RUF012

    def rows(self) -> Any:
        return JobRun.objects.visible_to(self.staff).select_related("branch")


class RunDetail(Single[JobRun]):
    """One run."""

    serializer_class = RunSerializer

    def rows(self) -> Any:
        return JobRun.objects.visible_to(self.staff).select_related("branch")


@extend_schema(exclude=True)
class Missing(APIView):
    """An address that there is not: a program reads that in its own words, not as a page."""

    def get(self, request: Request, rest: str) -> Response:
        """404."""
        raise NotFound


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """The schema as a page to read, for whoever is logged in."""
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    operations = [
        {
            "method": method.upper(),
            "path": address,
            "summary": (operation.get("description") or "").strip(),
            "params": [
                {
                    "name": p["name"],
                    "kind": _kind(p.get("schema", {})),
                    "words": p.get("description", ""),
                    "is_required": p.get("required", False),
                }
                for p in operation.get("parameters", [])
            ],
            "answers": _answers(operation, schema),
        }
        for address, methods in schema["paths"].items()
        for method, operation in methods.items()
        if method in {"get", "post"}
    ]
    return render(request, "crm/api_docs.html", {"operations": operations, "heading": _("API")})


def _kind(schema: dict[str, Any]) -> str:
    return (
        " | ".join(str(v) for v in schema["enum"] if v)
        if "enum" in schema
        else str(schema.get("format") or schema.get("type", ""))
    )


def _answers(operation: dict[str, Any], schema: dict[str, Any]) -> list[str]:
    """The fields of an answer, of one row for lists."""
    for code in ("200", "201"):
        content = operation.get("responses", {}).get(code, {}).get("content", {})
        shape = content.get("application/json", {}).get("schema", {})
        for _step in range(4):
            if "$ref" in shape:
                shape = schema["components"]["schemas"][shape["$ref"].rpartition("/")[2]]
            if "results" in shape.get("properties", {}):
                shape = shape["properties"]["results"].get("items", {})
        if shape.get("properties"):
            return list(shape["properties"])
    return []


urlpatterns: list[URLPattern | URLResolver] = [
    path("clients/", ClientList.as_view(), name="api-client-list"),
    path("clients/<uuid:uid>/", ClientDetail.as_view(), name="api-client-detail"),
    path("accounts/", AccountList.as_view(), name="api-account-list"),
    path("trades/", TradeList.as_view(), name="api-trade-list"),
    path("standings/", StandingList.as_view(), name="api-standing-list"),
    path("contacts/", ContactList.as_view(), name="api-contact-list"),
    path("promises/", PromiseList.as_view(), name="api-promise-list"),
    path("tasks/", TaskList.as_view(), name="api-task-list"),
    path("runs/", RunList.as_view(), name="api-run-list"),
    path("runs/<int:pk>/", RunDetail.as_view(), name="api-run-detail"),
    path("imports/", ImportList.as_view(), name="api-import-list"),
    path("imports/<uuid:uid>/", ImportDetail.as_view(), name="api-import-detail"),
    path("schema/", SpectacularAPIView.as_view(permission_classes=[IsAuthenticated]), name="api-schema"),
    path("docs/", api_docs, name="api-docs"),
    path("<path:rest>/", Missing.as_view(), name="api-missing"),
]
