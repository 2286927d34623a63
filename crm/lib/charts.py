"""A chart as a page hands it to templates/parts/chart.html: a finding, its numbers for drawing, and the same as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Chart:
    """`kind` names a file of static/js/charts, whose first line says the shape of `data`; `key` is unique on the page."""

    key: str
    kind: str
    title: str
    subtitle: str
    data: Mapping[str, Any]
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    height: str = ""

    @property
    def data_key(self) -> str:
        """The id of the script element that holds the numbers."""
        return f"{self.key}-data"
