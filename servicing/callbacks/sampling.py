"""A random sample that anybody can draw again: base and seed decide the order, the share how many of it are taken."""

from collections.abc import Iterable
from hashlib import sha256


def drawn(base: Iterable[int], seed: str) -> list[int]:
    """A base in the order of the draw: by the SHA-256 of "seed:id", whatever order it came in."""
    return sorted(set(base), key=lambda one: (sha256(f"{seed}:{one}".encode()).digest(), one))


def size_of(count: int, share_e4: int) -> int:
    """How many of so many a share (in 1/10,000) takes, rounded up: at least the share, never less."""
    return -(-count * share_e4 // 10_000)


def sample(base: Iterable[int], share_e4: int, seed: str) -> list[int]:
    """The first of the draw, as many as the share takes. A larger share keeps those of a smaller one."""
    order = drawn(base, seed)
    return order[: size_of(len(order), share_e4)]


def written(base: Iterable[int]) -> str:
    """A base as it is kept and summed: ids ascending, with commas."""
    return ",".join(str(one) for one in sorted(set(base)))


def read(text: str) -> list[int]:
    """The ids of a base that `written` wrote."""
    return [int(one) for one in text.split(",") if one]


def checksum(text: str) -> str:
    """What stands for a base: the SHA-256 of its text."""
    return sha256(text.encode()).hexdigest()
