"""The attached PDF of a version: kept in private storage under its content's SHA-256, outside the web root."""

import hashlib
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from crm.lib.refusals import Refused
from segmentation.thresholds import threshold
from servicing.models import MaterialVersion

_LONGEST = 120  # characters of a file's name


@dataclass(frozen=True)
class KeptFile:
    """A file in storage: its name as it is handed out, bytes, SHA-256."""

    name: str = ""
    size: int = 0
    sha256: str = ""


NO_FILE = KeptFile()


def keep_file(source: IO[bytes], name: str, *, day: date) -> KeptFile:
    """Keep an attachment; the same content twice is one file. Raises Refused for what is larger than `material_file_mb` of
    that day, or no PDF by its content, whatever its name says."""
    most = threshold("material_file_mb", day)
    content = source.read((most << 20) + 1)
    if len(content) > most << 20:
        raise Refused(_("At most {n} MB.").format(n=most), "file")
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-1024:]:
        raise Refused(_("This is no PDF file."), "file")
    digest = hashlib.sha256(content).hexdigest()
    place = _folder()
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=place, delete=False) as target:
        target.write(content)
    Path(target.name).replace(place / digest)
    return KeptFile(_name(name), len(content), digest)


def file_of(version: MaterialVersion) -> KeptFile:
    """What is attached to a version."""
    return KeptFile(version.file_name, version.file_size, version.file_sha256)


def path_of(version: MaterialVersion) -> Path | None:
    """Where the attachment of a version lies; None where there is none, or none on this host."""
    path = _folder() / version.file_sha256
    return path if version.file_sha256 and path.is_file() else None


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "materials"


def _name(given: str) -> str:
    stem = "".join(sign for sign in Path(given.replace("\\", "/")).stem if sign.isprintable()).strip()
    return f"{stem[: _LONGEST - 4] or 'material'}.pdf"
