"""Whatever is typed into whichever field: an answer beside the field, never a fault and nothing without an end."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string

import clients
import crm
import segmentation
import servicing

APPS = (crm, clients, segmentation, servicing)
RUBBISH = ("no such thing", "１２.８０元", "1e400", "NaN", "-", "9" * 60, "2026-02-31", "\0", "x" * 100_000)
# Free words may be anything that can be written and kept; what is longer than its limit or holds a NUL cannot.
IMPOSSIBLE_WORDS = ("a\0b", "x" * 100_000)


def modules() -> Iterator[object]:
    for app in APPS:
        for found in pkgutil.walk_packages(app.__path__, f"{app.__name__}."):
            if "migrations" not in found.name and not found.name.endswith((".wsgi", ".settings")):
                yield importlib.import_module(found.name)


def declared() -> list[tuple[str, str, forms.Field]]:
    """Every field of every form of the house, by the form's name."""
    fields = {}
    for module in modules():
        for thing in vars(module).values():
            if isinstance(thing, type) and issubclass(thing, forms.BaseForm) and thing.__module__ == module.__name__:  # type: ignore[attr-defined]
                for name, field in thing.base_fields.items():
                    fields[f"{thing.__module__}.{thing.__qualname__}", name] = field
    return [(form, name, field) for (form, name), field in sorted(fields.items(), key=lambda one: one[0])]


def is_free(field: forms.Field) -> bool:
    return type(field) in {forms.CharField, forms.BooleanField, forms.NullBooleanField}


FIELDS = declared()


def test_the_forms_of_the_house_are_found() -> None:
    assert len({form for form, _name, _field in FIELDS}) > 15
    assert import_string("servicing.forms.ContactForm").__name__ in {form.rpartition(".")[2] for form, *_ in FIELDS}


@pytest.mark.django_db
@pytest.mark.parametrize(("form", "name", "field"), FIELDS, ids=[f"{f.rpartition('.')[2]}.{n}" for f, n, _ in FIELDS])
def test_a_field_refuses_in_words_what_it_cannot_keep(form: str, name: str, field: forms.Field) -> None:
    if isinstance(field, forms.BooleanField | forms.NullBooleanField | forms.FileField):
        return  # a box is ticked or not; files have a desk of their own
    words = IMPOSSIBLE_WORDS if is_free(field) else RUBBISH
    refused = 0
    for rubbish in words:
        value = [rubbish] if isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField) else rubbish
        try:
            field.clean(value)
        except ValidationError as error:
            refused += bool("".join(error.messages))
    assert refused == len(words) if is_free(field) else refused >= len(words) - 2, (form, name, refused)
