"""The materials of the invented firm pass its own guard; links to clients, openings and a required reading go with them."""

import pytest
from django.conf import LazySettings

from crm.demo.materials import MATERIALS, write_materials
from crm.lib import pdf
from crm.models import Staff
from servicing.models import Material, MaterialReading, MaterialShare, MaterialVersion
from tests.servicing.desk import AT
from tests.servicing.library import make_library

pytestmark = pytest.mark.django_db


def test_the_demonstration_has_materials_in_force_links_and_readings(
    settings: LazySettings, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(pdf, "is_available", lambda: False)
    make_library()
    assert write_materials(at=AT) == MaterialShare.objects.count() > 0
    states = list(MaterialVersion.objects.values_list("state", flat=True))
    assert (states.count("approved"), states.count("waiting")) == (len(MATERIALS), 1)
    assert Material.objects.filter(is_required=True).count() == 1
    assert MaterialReading.objects.filter(share__isnull=False).exists()
    read_by = Staff.objects.filter(pk__in=MaterialReading.objects.filter(staff__isnull=False).values("staff"))
    assert read_by.exists()
    assert write_materials(at=AT) == 0
