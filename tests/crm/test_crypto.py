"""Sealed values open only with their key and in their own cell; the blind index finds without telling."""

import base64
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag
from django.conf import LazySettings

from crm.lib.crypto import blind_index, seal, unseal

ANNA, BORIS = uuid4(), uuid4()


def test_a_sealed_value_opens_in_its_own_cell_and_nowhere_else() -> None:
    sealed = seal("13800001234", table="clients_client", column="phone", owner=ANNA)
    assert "13800001234" not in sealed
    assert unseal(sealed, table="clients_client", column="phone", owner=ANNA) == "13800001234"
    for table, column, owner in [
        ("clients_client", "phone", BORIS),
        ("clients_client", "identity", ANNA),
        ("clients_account", "phone", ANNA),
    ]:
        with pytest.raises(InvalidTag):
            unseal(sealed, table=table, column=column, owner=owner)


def test_the_same_value_never_looks_the_same_twice() -> None:
    assert len({seal("x", table="t", column="c", owner=ANNA) for _ in range(20)}) == 20


def test_an_altered_value_does_not_open() -> None:
    name, _, encoded = seal("6222", table="t", column="c", owner=ANNA).partition(":")
    data = bytearray(base64.b64decode(encoded))
    data[-1] ^= 1
    with pytest.raises(InvalidTag):
        unseal(f"{name}:{base64.b64encode(bytes(data)).decode()}", table="t", column="c", owner=ANNA)


def test_an_empty_value_stays_empty() -> None:
    assert seal("", table="t", column="c", owner=ANNA) == ""
    assert unseal("", table="t", column="c", owner=ANNA) == ""
    assert blind_index("", column="phone") == ""


def test_a_new_key_seals_and_the_old_one_still_opens(settings: LazySettings) -> None:
    old = seal("secret", table="t", column="c", owner=ANNA)
    settings.DATA_KEYS = [("new", b"n" * 32), *settings.DATA_KEYS]
    new = seal("secret", table="t", column="c", owner=ANNA)
    assert new.startswith("new:")
    assert unseal(old, table="t", column="c", owner=ANNA) == unseal(new, table="t", column="c", owner=ANNA) == "secret"
    settings.DATA_KEYS = settings.DATA_KEYS[:1]
    with pytest.raises(KeyError):
        unseal(old, table="t", column="c", owner=ANNA)


def test_the_blind_index_is_equal_for_equal_values_of_one_column_under_one_key(settings: LazySettings) -> None:
    index = blind_index("13800001234", column="phone")
    assert index == blind_index("13800001234", column="phone")
    assert len(index) == 22
    assert index != blind_index("13800001234", column="card")
    settings.INDEX_KEY = b"k" * 32
    assert index != blind_index("13800001234", column="phone")
