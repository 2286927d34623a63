"""What changed between two wordings: whole sentences first, then within a sentence character by character."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

_SENTENCE = re.compile(r".*?(?:[。！？!?；;\n]+|$)", re.DOTALL)
_WORD = re.compile(r"[A-Za-z0-9]+|.", re.DOTALL)
_LONGEST = 600  # words of a passage that is still compared word by word

Piece = tuple[str, str]  # same, gone or new; the text


def differences(before: str, after: str) -> list[Piece]:
    """The pieces that lead from one wording to another, in order; those that are not gone make up the new one."""
    found: list[Piece] = []
    for kind, text in _pieces(_SENTENCE.findall(before), _SENTENCE.findall(after)):
        if text and found and found[-1][0] == kind:
            found[-1] = (kind, found[-1][1] + text)
        elif text:
            found.append((kind, text))
    return found


def _pieces(before: Sequence[str], after: Sequence[str], *, closer: bool = True) -> Iterator[Piece]:
    for kind, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, new = "".join(before[start:end]), "".join(after[new_start:new_end])
        if kind == "equal":
            yield "same", gone
        elif closer and gone and new and len(gone) + len(new) <= _LONGEST:
            yield from _pieces(_WORD.findall(gone), _WORD.findall(new), closer=False)
        else:
            yield "gone", gone
            yield "new", new
