"""What the lists and details of the API have in common: scope, conditions from the address, keyset pages."""

from typing import Any, ClassVar, Generic, Literal, TypeVar

from django.db.models import Model, QuerySet
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics, serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination

from crm.models import Staff

M = TypeVar("M", bound=Model)
PAGING = frozenset({"cursor", "page_size", "format"})


_REFUSAL = {"type": "object", "properties": {"detail": {"type": "string"}}, "required": ["detail"]}
# By the name of the field; what is no JSON at all is one sentence under "detail".
_WORDS = {"oneOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}]}
_BY_NAME = {"type": "object", "additionalProperties": _WORDS}
_REFUSALS = {
    "400": ("what was wrong, by the name of the parameter", _BY_NAME),
    "401": ("nobody is logged in", _REFUSAL),
    "404": ("not there, or somebody else's", _REFUSAL),
    "415": ("not a form with a file", _REFUSAL),
    "429": ("too often; Retry-After says for how many seconds to wait", _REFUSAL),
}


class Described(AutoSchema):
    """The schema of a view, with the ways in which it refuses."""

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        refusals = {
            status: {"description": words, "content": {"application/json": {"schema": shape}}}
            for status, (words, shape) in _REFUSALS.items()
            if (status != "400" or isinstance(self.view, Listing)) and (status != "415" or self.method == "POST")
        }
        return {**refusals, **bodies}


class LatestFirst(CursorPagination):
    """Keyset pages by descending key: page 500 costs what page 1 does, and rows that come in shift nothing."""

    ordering = "-id"
    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 1000


class Scoped(Generic[M]):
    """A view that reads what its user may see; `rows` begins at `visible_to`."""

    request: Any

    @property
    def staff(self) -> Staff:
        """Who asks; everybody else gets what a missing page gets."""
        if not isinstance(self.request.user, Staff):
            raise NotFound
        return self.request.user

    def rows(self) -> "QuerySet[M]":
        """The rows that the user may see."""
        raise NotImplementedError


class Listing(Scoped[M], generics.ListAPIView[M]):
    """A list with conditions from the address: `conditions` maps a parameter of `params_class` to a look-up. An unknown
    parameter or an impossible value is a 400 that says which."""

    pagination_class = LatestFirst
    params_class: type[serializers.Serializer[Any]]
    conditions: ClassVar[dict[str, str]] = {}

    def __init_subclass__(cls) -> None:
        """The schema names the conditions of each list."""
        super().__init_subclass__()
        extend_schema_view(get=extend_schema(parameters=[cls.params_class]))(cls)

    def params(self) -> dict[str, Any]:
        """The conditions of this request, checked."""
        params = self.params_class(data=self.request.query_params)
        unknown = set(self.request.query_params) - set(params.fields) - PAGING
        if unknown:
            raise ValidationError({name: ["unknown parameter"] for name in sorted(unknown)})
        params.is_valid(raise_exception=True)
        return dict(params.validated_data)

    def get_queryset(self) -> "QuerySet[M]":
        if getattr(self, "swagger_fake_view", False):
            return self.get_serializer_class().Meta.model._default_manager.none()  # type: ignore[attr-defined,no-any-return]
        given = self.params()
        return self.narrow(self.rows(), given).filter(
            **{lookup: given[name] for name, lookup in self.conditions.items() if name in given}
        )

    def narrow(self, rows: "QuerySet[M]", given: dict[str, Any]) -> "QuerySet[M]":
        """Conditions that are more than one look-up."""
        return rows


class Single(Scoped[M], generics.RetrieveAPIView[M]):
    """One row by its key; somebody else's is as missing as one that does not exist."""

    def get_queryset(self) -> "QuerySet[M]":
        if getattr(self, "swagger_fake_view", False):
            return self.get_serializer_class().Meta.model._default_manager.none()  # type: ignore[attr-defined,no-any-return]
        return self.rows()
