"""How clients are looked for by name: by its characters, or by how it is read. PostgreSQL is told twice, in the terms of
an index (migration name_indexes) and exactly; SQLite exactly."""

from typing import Any

from django.db.models import BooleanField, F, Func, Q, Value


def spelt(text: str, prefix: str = "") -> Q:
    """Names that hold a text, character by character: 建国 is in 王建国."""
    characters = [Func(what, Value(None), function="string_to_array") for what in (F(f"{prefix}name"), Value(text))]
    return Q(_Indexed(*characters, arg_joiner=" @> ")) & Q(**{f"{prefix}name__contains": text})


def read_as(letters: str, prefix: str = "") -> Q:
    """Names of which a reading in pinyin, or its initials, begins with these letters of a–z: zs, zhangs → 张三."""
    columns = F(f"{prefix}initials"), F(f"{prefix}pinyin")
    words = Func(*columns, template="to_tsvector('simple', translate(%(expressions)s, '|', ' '))", arg_joiner=" || ")
    asked = Func(Value(f"{letters}:*"), template="to_tsquery('simple', %(expressions)s)")
    begins = Q(**{f"{prefix}initials__contains": f"|{letters}"}) | Q(**{f"{prefix}pinyin__contains": f"|{letters}"})
    return Q(_Indexed(words, asked, arg_joiner=" @@ ")) & begins


class _Indexed(Func):
    """A condition that repeats, in the terms of an index, what stands beside it: nothing where there is no such index."""

    template = "(%(expressions)s)"
    output_field = BooleanField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, tuple[str | int, ...]]:
        """True."""
        return "1 = 1", ()
