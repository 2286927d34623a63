"""The texts of the invented firm pass its own guard, and two wait for somebody's approval."""

import pytest

from crm.demo.texts import TEXTS, write_texts
from servicing.models import TextVersion
from tests.servicing.desk import AT
from tests.servicing.text_desk import make_writers

pytestmark = pytest.mark.django_db


def test_the_demonstration_has_texts_in_force_and_two_that_wait() -> None:
    make_writers()
    assert write_texts(at=AT) == len(TEXTS)
    states = list(TextVersion.objects.values_list("state", flat=True))
    assert (states.count("approved"), states.count("waiting")) == (len(TEXTS) - 1, 2)
    assert write_texts(at=AT) == 0
