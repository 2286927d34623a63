"""What must always hold of call-backs."""

from collections.abc import Iterator

from django.db.models import F

from crm.models import Branch
from servicing.callbacks.proving import prove
from servicing.models import CallbackAttempt, CallbackSample


def broken_callbacks(branch: Branch) -> Iterator[str]:
    """Sentences about what does not hold in a branch: calls by the client's own advisor, samples that are smaller than the
    law asks or not what their seed draws."""
    for pk in CallbackAttempt.objects.filter(callback__branch=branch, caller=F("advisor")).values_list("pk", flat=True):
        yield f"attempt {pk}: made by the client's own advisor"
    for sample in CallbackSample.objects.filter(branch=branch).order_by("year"):
        proof = prove(sample)
        if not proof.base_agrees:
            yield f"sample {sample.year}: the base is not the one of its checksum"
        elif not proof.members_agree:
            yield f"sample {sample.year}: the members are not those that its seed draws"
        elif not proof.suffices:
            yield f"sample {sample.year}: {proof.called} of {proof.required} members"
