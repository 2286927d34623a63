"""From what a person uploads (a file, a folder, a zip of several) to plain files, with everything doubtful refused by name."""

from __future__ import annotations

import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from clients.export_files.limits import LIMITS, Limits, Refused

# What lies beside export files and no broker's system exports: traces of other programs, notes, pictures, code.
_STRAY_NAMES = frozenset({"thumbs.db", "desktop.ini", "manifest.json", "__macosx"})
_STRAY_STEMS = frozenset({"readme", "license", "changelog"})
_STRAY_SUFFIXES = frozenset(
    {".json", ".md", ".rst", ".pdf", ".doc", ".docx", ".ppt", ".pptx", ".png", ".jpg", ".jpeg", ".gif", ".ico", ".ini"}
    | {".db", ".lnk", ".url", ".log", ".tmp", ".bak", ".py", ".sh", ".bat", ".exe", ".dll", ".md5", ".sha256"}
)
_PIECE = 1 << 20


@dataclass(frozen=True)
class Unpacked:
    """Files to look at, and the names of those that were passed over."""

    files: list[Path]
    ignored: list[str]


def unpack(path: Path, *, into: Path, name: str = "", limits: Limits = LIMITS) -> Unpacked:
    """The files in a zip (written under `into`), in a folder, or the file itself (`name`: what it is called where it came
    from); sorted by name. What no broker's system exports is passed over by its name.

    Raises Refused, which names the member: nested archives, paths that leave the folder, links, passwords, too much data.
    """
    if path.is_dir():
        return _folder(path, limits)
    if not path.is_file():
        raise Refused("not_a_file", {"name": path.name})
    if is_stray(name or path.name):
        return Unpacked([], [name or path.name])
    if not is_archive(path):
        return Unpacked([path], [])
    try:
        with zipfile.ZipFile(path) as archive:
            return _extract(archive, into, limits)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError) as error:
        raise Refused("archive_unreadable", {"name": path.name}) from error


def is_stray(name: str) -> bool:
    """Whether a file of this name is no export, whatever is in it: hidden files, locks of open workbooks (~$), notes."""
    path = PurePosixPath(name.lower())
    return (
        path.name.startswith((".", "~$"))
        or not _STRAY_NAMES.isdisjoint(path.parts)
        or path.stem in _STRAY_STEMS
        or path.suffix in _STRAY_SUFFIXES
    )


def is_archive(path: Path) -> bool:
    """A zip that is not a workbook (an .xlsx is a zip too; what counts is what is inside, not the name)."""
    with path.open("rb") as source:
        if source.read(4) not in {b"PK\x03\x04", b"PK\x05\x06"}:
            return False
    try:
        with zipfile.ZipFile(path) as archive:
            return not {"[Content_Types].xml", "xl/workbook.xml"} & set(archive.namelist())
    except zipfile.BadZipFile:
        return True


def _folder(folder: Path, limits: Limits) -> Unpacked:
    inside = folder.resolve()
    files: list[Path] = []
    ignored: list[str] = []
    for each in sorted(folder.rglob("*")):
        if is_stray(each.relative_to(folder).as_posix()):
            if each.is_file():
                ignored.append(each.name)
            continue
        if each.is_symlink() or not each.resolve().is_relative_to(inside):
            raise Refused("member_is_link", {"name": each.name})
        if each.is_file():
            if is_archive(each):
                raise Refused("archive_nested", {"name": each.name})
            files.append(each)
    if len(files) > limits.members:
        raise Refused("archive_too_many", {"count": len(files), "most": limits.members})
    return Unpacked(files, ignored)


def _extract(archive: zipfile.ZipFile, into: Path, limits: Limits) -> Unpacked:
    members = [(member, _name(member)) for member in archive.infolist() if not member.is_dir()]
    ignored = sorted(PurePosixPath(name).name for _, name in members if is_stray(name))
    members = [(member, name) for member, name in members if not is_stray(name)]
    if len(members) > limits.members:
        raise Refused("archive_too_many", {"count": len(members), "most": limits.members})
    for member, name in members:
        _check(member, name, limits)
    declared = sum(member.file_size for member, _ in members)
    if declared > limits.unpacked_bytes:
        raise Refused(
            "archive_too_large",
            {"name": archive.filename and Path(archive.filename).name, "most": limits.unpacked_bytes >> 20},
        )
    files = []
    for number, (member, name) in enumerate(sorted(members, key=lambda pair: pair[1]), start=1):
        target = into / f"{number:04}" / PurePosixPath(name).name
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(member) as source, target.open("wb") as out:
            while piece := source.read(_PIECE):
                out.write(piece)
        if is_archive(target):
            target.unlink()
            raise Refused("archive_nested", {"name": name})
        files.append(target)
    return Unpacked(files, ignored)


def _name(member: zipfile.ZipInfo) -> str:
    """The name as the person sees it: tools in China write GBK names without saying so."""
    name = member.filename
    if not member.flag_bits & 0x800:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def _check(member: zipfile.ZipInfo, name: str, limits: Limits) -> None:
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or any(":" in part or "\x00" in part for part in parts) or not parts:
        raise Refused("member_outside", {"name": name})
    if stat.S_ISLNK(member.external_attr >> 16):
        raise Refused("member_is_link", {"name": name})
    if member.flag_bits & 0x1:
        raise Refused("archive_password", {"name": name})
    ratio = member.file_size / max(member.compress_size, 1)
    if member.file_size > limits.ratio_from_bytes and ratio > limits.ratio:
        raise Refused("archive_bomb", {"name": name, "megabytes": member.file_size >> 20})
