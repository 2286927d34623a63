"""The outbox as files: the default, so that nothing leaves the house before somebody decides so. One file per key, made once:
a key that comes again is the same message."""

import os
from dataclasses import dataclass
from pathlib import Path

from servicing.messages.gateways.outcome import NotSent, Outcome, Sent, Written


@dataclass(frozen=True)
class FileOutbox:
    """A folder with one text file per message."""

    folder: Path

    def send(self, written: Written) -> Outcome:
        """Write the file, whole or not at all, unless it is there."""
        target = self.folder / f"{written.key}.txt"
        lines = [f"{name}: {value}" for name, value in (("To", written.to), ("Subject", written.subject)) if value]
        text = "\n".join([*lines, *(f"{name}: {value}" for name, value in written.headers), "", written.body, ""])
        part = target.with_suffix(f".{os.getpid()}")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            part.write_text(text, encoding="utf-8")
            part.chmod(0o600)
            try:
                os.link(part, target)
            except FileExistsError:
                pass  # it went before
            finally:
                part.unlink()
        except OSError as error:
            return NotSent(f"file: {type(error).__name__}", again=True)
        return Sent(target.name)
