"""Standings for other programs: where each client stands in the published night."""

from typing import Any, ClassVar

from rest_framework import serializers

from crm.access import mask_tail, sees_names
from crm.models import Publication
from crm.rest import Listing
from segmentation.models import Band, Dormancy, Standing, Tier


class StandingSerializer(serializers.ModelSerializer[Standing]):
    """Where a client stands: tier, measured value, churn score with its reasons, state."""

    client = serializers.UUIDField(source="client.uid")
    client_number = serializers.SerializerMethodField()
    branch = serializers.CharField(source="publication.branch.code")
    as_of = serializers.DateField(source="publication.as_of")

    class Meta:
        model = Standing
        fields = (
            *("client", "client_number", "branch", "as_of", "tier", "computed_tier", "tier_reason", "measure_fen"),
            *("rank", "net_assets_fen", "to_next_fen", "above_lower_fen", "dormancy", "dormancy_reason"),
            *("last_active_on", "is_eligible", "churn_score", "churn_band", "churn_reasons", "at_risk_fen"),
        )

    def get_client_number(self, standing: Standing) -> str:
        number = standing.client.client_number
        return number if sees_names(self.context["request"].user) else mask_tail(number)


class StandingParams(serializers.Serializer[Any]):
    """Conditions on standings."""

    branch = serializers.CharField(required=False, help_text="branch code")
    as_of = serializers.DateField(
        required=False, help_text="a published day; the latest of each branch where not given"
    )
    client = serializers.UUIDField(required=False)
    tier = serializers.ChoiceField(Tier.choices, required=False)
    dormancy = serializers.ChoiceField(Dormancy.choices, required=False)
    churn_band = serializers.ChoiceField([c for c in Band.choices if c[0]], required=False)


class StandingList(Listing[Standing]):
    """Standings of the clients that the user sees, of the published night."""

    serializer_class = StandingSerializer
    params_class = StandingParams
    conditions: ClassVar[dict[str, str]] = {
        "client": "client__uid",
        "tier": "tier",
        "dormancy": "dormancy",
        "churn_band": "churn_band",
    }

    def rows(self) -> Any:
        return Standing.objects.visible_to(self.staff).select_related("client", "publication__branch")

    def narrow(self, rows: Any, given: dict[str, Any]) -> Any:
        """The nights are resolved once, so that a page is never torn between two."""
        nights = Publication.objects.visible_to(self.staff)
        nights = nights.published().filter(as_of=given["as_of"]) if "as_of" in given else nights.current()
        if "branch" in given:
            nights = nights.filter(branch__code=given["branch"])
        return rows.filter(publication__in=list(nights.values_list("pk", flat=True)))
