"""Zips and folders of several files: unpacked, or refused by the name of what is wrong (promise 7)."""

import io
import zipfile
from pathlib import Path

import pytest

from clients.export_files import Limits, Refused, unpack
from tests.clients.exports import SETTLEMENT, deal, read, sale, text

TWO = text(SETTLEMENT, [deal(), sale()])


def pack(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_a_zip_and_a_folder_of_several_files(tmp_path: Path) -> None:
    data = TWO.encode("gb18030")
    packed = pack(tmp_path / "月.zip", {"b/二.xls": data, "a/一.xls": data, "__MACOSX/._x": b"", "b/.DS_Store": b""})
    found = unpack(packed, into=tmp_path / "out")
    files = found.files
    assert found.ignored == [".DS_Store", "._x"]
    assert [file.name for file in files] == ["一.xls", "二.xls"]
    assert len(read(files[0]).rows) == 2
    folder = tmp_path / "folder"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "一.xls").write_bytes(data)
    assert [file.name for file in unpack(folder, into=tmp_path / "out2").files] == ["一.xls"]
    assert unpack(files[0], into=tmp_path / "out3").files == [files[0]]


STRAY = [
    "manifest.json",
    ".DS_Store",
    "Thumbs.db",
    "~$成交.xlsx",
    "README",
    "readme.txt",
    "说明.PDF",
    "._成交.csv",
    "截图.PNG",
]


def test_what_no_broker_exports_is_passed_over_by_name_in_a_zip_in_a_folder_and_by_itself(tmp_path: Path) -> None:
    data = TWO.encode()
    names = [*STRAY, "成交.csv", "成交", "成交.dat", "manifest.csv"]
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in names:
        (folder / name).write_bytes(data)
        alone = unpack(folder / name, into=tmp_path / "out")
        assert (len(alone.files), alone.ignored) == ((0, [name]) if name in STRAY else (1, []))
    packed = pack(tmp_path / "a.zip", dict.fromkeys(names, data))
    for found in (unpack(folder, into=tmp_path / "out"), unpack(packed, into=tmp_path / "out2")):
        assert sorted(file.name for file in found.files) == sorted(set(names) - set(STRAY))
        assert sorted(found.ignored) == sorted(STRAY)
    assert unpack(folder / "成交.csv", into=tmp_path / "out", name="成交.json").ignored == ["成交.json"]


def test_names_in_a_zip_made_in_china(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", {"xxxx.csv": b"a"})
    path.write_bytes(path.read_bytes().replace(b"xxxx.csv", "交割.csv".encode("gb18030")))
    assert [file.name for file in unpack(path, into=tmp_path / "out").files] == ["交割.csv"]


def test_an_archive_inside_an_archive_is_refused_by_name(tmp_path: Path) -> None:
    inner = pack(tmp_path / "inner.zip", {"a.csv": b"1"}).read_bytes()
    with pytest.raises(Refused) as refused:
        unpack(pack(tmp_path / "outer.zip", {"内层.zip": inner}), into=tmp_path / "out")
    assert (refused.value.code, refused.value.params) == ("archive_nested", {"name": "内层.zip"})


@pytest.mark.parametrize("name", ["../evil.csv", "/etc/evil.csv", "a/../../evil.csv", "C:/evil.csv", "..\\evil.csv"])
def test_a_member_that_leaves_the_folder_is_refused_by_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        unpack(pack(tmp_path / "a.zip", {name: b"1"}), into=tmp_path / "out")
    assert refused.value.code == "member_outside"
    assert not (tmp_path / "evil.csv").exists()


def test_a_link_and_a_bomb_in_a_zip_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.csv")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(Refused, match=r"link\.csv"):
        unpack(tmp_path / "link.zip", into=tmp_path / "out")
    bomb = pack(tmp_path / "bomb.zip", {"big.csv": b"0" * (2 << 20)})
    with pytest.raises(Refused) as refused:
        unpack(bomb, into=tmp_path / "out", limits=Limits(ratio_from_bytes=1 << 20))
    assert refused.value.code == "archive_bomb"
    with pytest.raises(Refused) as refused:
        unpack(bomb, into=tmp_path / "out", limits=Limits(unpacked_bytes=1 << 20))
    assert refused.value.code == "archive_too_large"
    with pytest.raises(Refused) as refused:
        unpack(
            pack(tmp_path / "many.zip", {f"{at}.csv": b"1" for at in range(5)}),
            into=tmp_path / "out",
            limits=Limits(members=4),
        )
    assert refused.value.code == "archive_too_many"


def test_a_member_larger_than_it_says_is_refused(tmp_path: Path) -> None:
    path = pack(tmp_path / "liar.zip", {"a.csv": b"0" * 100_000})
    data = path.read_bytes()
    path.write_bytes(data.replace((100_000).to_bytes(4, "little"), (100).to_bytes(4, "little")))
    with pytest.raises(Refused) as refused:
        unpack(path, into=tmp_path / "out")
    assert refused.value.code == "archive_unreadable"


def test_a_damaged_zip_is_refused(tmp_path: Path) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("a.csv", b"12345" * 100)
    path = tmp_path / "a.zip"
    path.write_bytes(data.getvalue()[:200])
    with pytest.raises(Refused):
        unpack(path, into=tmp_path / "out")
