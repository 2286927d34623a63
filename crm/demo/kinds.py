"""Array types used throughout the invented firm: whole numbers, fractions, flags, texts and days."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.object_]
Numbers = NDArray[Any]
Days = NDArray[np.datetime64]
Random = np.random.Generator


def texts(values: Any) -> Texts:
    """An object array of Python strings, so that two of them join with `+`."""
    return np.array(values, dtype=object)
