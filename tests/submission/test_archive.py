from __future__ import annotations

import bz2
import gzip
import io
import lzma
import shutil
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence_check.model import Part
from evidence_check.submission import archive
from evidence_check.submission.entries import read_entry
from evidence_check.submission.errors import Unusable
from evidence_check.submission.open import Opened
from tests.gitrepo import build
from tests.support import open_submission

HISTORY = """
    2024-03-01 Ada Lovelace <ada@example.org>: Start the service
      app.py: print("hello")
      .gitignore: *.log
    2024-03-04 Ada Lovelace <ada@example.org>: Say it louder
      app.py: print("HELLO")
"""


def opened(tmp_path: Path, path: Path) -> Opened:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    return open_submission([str(path)], workspace=workspace)


def content(result: Opened) -> dict[str, bytes]:
    (part,) = result.submission.parts
    return {file.location.path: result.load(file) for file in part.files if file.language != "symlink"}


def reasons(part: Part) -> str:
    return "\n".join(f"{gap.location.path}: {gap.reason}" for gap in part.gaps)


def make_zip(path: Path, members: dict[str, bytes | str], *, mode: int = 0) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in members.items():
            info = zipfile.ZipInfo("placeholder")
            info.filename = name  # the constructor would mend it
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = mode << 16
            target.writestr(info, data)
    return path


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress, ".tgz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress, ".tar": bytes,
}  # fmt: skip


def make_tar(path: Path, members: list[tuple[str, bytes | tuple[bytes, str]]]) -> Path:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as target:
        for name, data in members:
            info = tarfile.TarInfo(name)
            if isinstance(data, tuple):
                info.type, info.linkname = data
                target.addfile(info)
            else:
                info.size = len(data)
                target.addfile(info, io.BytesIO(data))
    path.write_bytes(PACKERS[path.suffix](packed.getvalue()))
    return path


def test_a_zip_with_a_single_folder_around_everything_is_unwrapped(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "shop-main.zip", {"shop-main/app.py": "a", "shop-main/docs/x.md": "# X"})
    result = opened(tmp_path, path)
    assert content(result) == {"app.py": b"a", "docs/x.md": b"# X"}
    assert result.submission.parts[0].name == "shop-main"
    assert "history" in reasons(result.submission.parts[0])


def test_two_folders_are_not_unwrapped(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "x.zip", {"app/a.py": "a", "infra/main.tf": "b", "__MACOSX/app/._a.py": "junk"})
    assert set(content(opened(tmp_path, path))) == {"app/a.py", "infra/main.tf"}


def test_a_zip_of_windows_explorer_with_backslashes(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "x.zip", {"shop\\": "", "shop\\src\\app.py": "a", "shop\\README.md": "b"})
    assert set(content(opened(tmp_path, path))) == {"src/app.py", "README.md"}


def test_names_in_utf8_that_do_not_say_so(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "x.zip", {"Résumé für Café.md": "a", "b.py": "b"})
    data = bytearray(path.read_bytes())
    for marker, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(marker)
        while start >= 0:
            data[start + at + 1] &= ~0x08
            start = data.find(marker, start + 4)
    path.write_bytes(bytes(data))
    assert set(content(opened(tmp_path, path))) == {"Résumé für Café.md", "b.py"}


@pytest.mark.parametrize("suffix", [".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz"])
def test_tars_of_every_compression(tmp_path: Path, suffix: str) -> None:
    result = opened(tmp_path, make_tar(tmp_path / f"shop{suffix}", [("./shop/app.py", b"abc")]))
    assert content(result) == {"app.py": b"abc"}
    assert result.submission.parts[0].name == "shop"


@pytest.mark.parametrize("kind", ["zip", "gztar"])
@pytest.mark.parametrize("around", [True, False])
def test_the_history_inside_an_archive_is_read(tmp_path: Path, kind: str, around: bool) -> None:
    root = build(tmp_path / "in" / "shop", HISTORY)
    (root / "notes.txt").write_text("not tracked")
    (root / "x.log").write_text("ignored")
    base = root.parent if around else root
    path = Path(shutil.make_archive(str(tmp_path / "pack"), kind, base))
    result = opened(tmp_path, path)
    (part,) = result.submission.parts
    assert content(result) == {"app.py": b'print("HELLO")\n', ".gitignore": b"*.log\n"}
    assert part.history is not None
    assert len(part.history.commits) == 2
    assert part.untracked == 1
    assert not part.gaps


def test_only_the_git_folder_in_an_archive_is_enough(tmp_path: Path) -> None:
    root = build(tmp_path / "shop", HISTORY)
    path = Path(shutil.make_archive(str(tmp_path / "pack"), "zip", root, ".git"))
    assert content(opened(tmp_path, path))["app.py"] == b'print("HELLO")\n'


def test_a_bare_repository_in_an_archive(tmp_path: Path) -> None:
    build(tmp_path / "in" / "shop.git", HISTORY, bare=True)
    path = Path(shutil.make_archive(str(tmp_path / "pack"), "zip", tmp_path / "in"))
    result = opened(tmp_path, path)
    assert content(result)["app.py"] == b'print("HELLO")\n'
    assert result.submission.parts[0].history is not None


def test_two_repositories_in_an_archive_are_two_parts(tmp_path: Path) -> None:
    build(tmp_path / "in" / "app", HISTORY)
    build(tmp_path / "in" / "infra", HISTORY)
    (tmp_path / "in" / "analysis.md").write_text("# Analysis")
    path = Path(shutil.make_archive(str(tmp_path / "pack"), "zip", tmp_path / "in"))
    parts = {part.name: part for part in opened(tmp_path, path).submission.parts}
    assert sorted(parts) == ["pack", "pack-app", "pack-infra"]
    assert [file.location.path for file in parts["pack"].files] == ["analysis.md"]
    assert parts["pack-app"].history is not None


def test_an_archive_obeys_its_gitignore(tmp_path: Path) -> None:
    path = make_zip(
        tmp_path / "x.zip", {".gitignore": "build/\n.env\n", "a.py": "a", "build/x.js": "b", "sub/.env": "c"}
    )
    assert set(content(opened(tmp_path, path))) == {".gitignore", "a.py"}


# --- hostile ones -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["../evil.py", "/etc/evil.py", "a/../../evil.py", "C:/evil.py", "..\\evil.py", "a//evil.py", "./../evil.py"]
)
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_a_member_that_leads_out_is_refused_and_the_rest_is_read(tmp_path: Path, name: str, kind: str) -> None:
    if kind == "zip":
        path = make_zip(tmp_path / "x.zip", {"ok.py": "ok", name: "evil"})
    else:
        path = make_tar(tmp_path / "x.tar", [("ok.py", b"ok"), (name, b"evil")])
    result = opened(tmp_path, path)
    if kind == "tar" and "\\" in name:  # a mere character of a file's name there
        assert "ok.py" in content(result)
        return
    assert content(result) == {"ok.py": b"ok"}
    assert "leads out of the archive" in reasons(result.submission.parts[0])
    assert not list(tmp_path.rglob("evil*"))


def test_links_are_not_followed_and_devices_are_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("the host's secret")
    path = make_tar(
        tmp_path / "x.tar",
        [
            ("ok.py", b"ok"), ("inside.py", (tarfile.SYMTYPE, "ok.py")), ("out.py", (tarfile.SYMTYPE, "../secret")),
            ("hard.py", (tarfile.LNKTYPE, "ok.py")), ("hardout.py", (tarfile.LNKTYPE, "../secret")),
            ("disk", (tarfile.BLKTYPE, "")), ("pipe", (tarfile.FIFOTYPE, "")),
        ],
    )  # fmt: skip
    result = opened(tmp_path, path)
    (part,) = result.submission.parts
    assert content(result) == {"ok.py": b"ok", "hard.py": b"ok"}
    for file in part.files:
        if file.language == "symlink":
            assert file.size == 0
            with pytest.raises(OSError, match="not followed"):
                result.load(file)
    told = reasons(part)
    assert "out.py: a symbolic link" in told
    assert "inside.py" not in told
    assert "disk: a device" in told
    assert "pipe: a device" in told
    assert "hardout.py: a hard link" in told


def test_a_link_in_a_zip_is_a_link(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "x.zip", {"etc.py": "/etc/passwd"}, mode=stat.S_IFLNK | 0o777)
    with zipfile.ZipFile(path, "a") as target:
        target.writestr("ok.py", "ok")
    result = opened(tmp_path, path)
    assert content(result) == {"ok.py": b"ok"}
    assert "etc.py: a symbolic link" in reasons(result.submission.parts[0])


def test_a_bomb_is_refused_by_its_ratio_and_by_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "BINARY_LIMIT", 1000)
    path = make_zip(tmp_path / "x.zip", {"zeros.md": b"\0" * 11_000_000, "large.py": b"x" * 2000, "ok.py": "ok"})
    result = opened(tmp_path, path)
    (part,) = result.submission.parts
    assert "zip bomb" in reasons(part)
    sizes = {file.location.path: file for file in part.files}
    assert set(sizes) == {"large.py", "ok.py"}
    with pytest.raises(OSError, match="beyond the limit"):
        result.load(sizes["large.py"])


def test_all_members_together_are_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "STORE_LIMIT", 2500)
    path = make_zip(tmp_path / "x.zip", {f"{n}.py": bytes([n]) * 1000 for n in range(5)})
    result = opened(tmp_path, path)
    read = [file for file in result.submission.parts[0].files if _readable(result, file.location.path)]
    assert len(read) == 2


def _readable(result: Opened, path: str) -> bool:
    (part,) = result.submission.parts
    try:
        result.load(next(file for file in part.files if file.location.path == path))
    except OSError:
        return False
    return True


def test_a_tar_that_unpacks_to_too_much_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "STORE_LIMIT", 100_000)
    path = make_tar(tmp_path / "x.tar.xz", [("ok.py", b"ok"), ("zeros.bin", b"\0" * 5_000_000)])
    result = opened(tmp_path, path)
    assert _readable(result, "ok.py")
    assert "more than the limit" in reasons(result.submission.parts[0])


def test_too_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MEMBER_LIMIT", 3)
    path = make_zip(tmp_path / "x.zip", {f"{n}.py": str(n) for n in range(6)})
    result = opened(tmp_path, path)
    assert len(content(result)) == 3
    assert "more than 3 members" in reasons(result.submission.parts[0])


def test_duplicate_and_colliding_names_are_said(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "x.zip", {"app.py": "first", "APP.py": "shout", "b.py": "b"})
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "a") as target:
        target.writestr("b.py", "second")
    result = opened(tmp_path, path)
    assert content(result) == {"app.py": b"first", "b.py": b"b"}
    told = reasons(result.submission.parts[0])
    assert "APP.py: differs from app.py" in told
    assert "b.py: stands in the archive twice" in told


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_names_that_windows_takes_for_devices_streams_or_other_files_are_mere_names(tmp_path: Path, kind: str) -> None:
    names = ["CON", "aux.txt", "lib/nul.py", "app.py", "app.py:stream", "app.py.", "app.py ", "a?b.py", "new\nline.py"]
    if kind == "zip":
        path = make_zip(tmp_path / "x.zip", {name: name for name in names})
    else:
        path = make_tar(tmp_path / "x.tar", [(name, name.encode()) for name in names])
    assert content(opened(tmp_path, path)) == {name: name.encode() for name in names}
    assert sorted(place.name for place in tmp_path.iterdir()) == sorted([path.name, "workspace"])


@pytest.mark.parametrize(
    "name", [b"caf\xe9.py", b"\xff\xfe.py", "e\u0301.py".encode(), "\u202egpj.py".encode(), b"a\\b.py"]
)
def test_names_in_any_encoding_are_read(tmp_path: Path, name: bytes) -> None:
    path = make_tar(tmp_path / "x.tar", [(name.decode("utf-8", "surrogateescape"), b"x"), ("ok.py", b"ok")])
    found = content(opened(tmp_path, path))
    assert sorted(found.values()) == [b"ok", b"x"]
    assert all(place.encode() for place in found), "they can be printed anywhere"


def test_a_name_longer_than_any_file_system_allows_is_said(tmp_path: Path) -> None:
    result = opened(tmp_path, make_zip(tmp_path / "x.zip", {"values.ya" * 200 + ".yml": "x", "ok.py": "ok"}))
    assert content(result) == {"ok.py": b"ok"}
    assert "longer than any file system" in reasons(result.submission.parts[0])


def test_archives_in_archives_are_not_opened_however_deep(tmp_path: Path) -> None:
    data = b"x"
    for level in range(6):
        data = make_zip(tmp_path / f"{level}.zip", {"inner.zip": data, "ok.py": "ok"}).read_bytes()
    found = content(opened(tmp_path, tmp_path / "5.zip"))
    assert set(found) == {"inner.zip", "ok.py"}


def test_encrypted_members_are_said(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "x.zip", {"a.py": "a"})
    data = bytearray(path.read_bytes())
    data[data.find(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    with zipfile.ZipFile(path, "a") as target:
        target.writestr("ok.py", "ok")
    result = opened(tmp_path, path)
    assert content(result) == {"ok.py": b"ok"}
    assert "without a password" in reasons(result.submission.parts[0])


def test_an_archive_inside_is_not_opened_and_may_hide_everything(tmp_path: Path) -> None:
    inner = make_zip(tmp_path / "project.zip", {"app.py": "a"}).read_bytes()
    (part,) = opened(
        tmp_path, make_zip(tmp_path / "x.zip", {"project.zip": inner, "analysis.md": "# A"})
    ).submission.parts
    (gap,) = [gap for gap in part.gaps if gap.location.path == "project.zip"]
    assert "resource" in gap.hides


def test_an_archive_beside_code_hides_nothing(tmp_path: Path) -> None:
    inner = make_zip(tmp_path / "payload.zip", {"handler.py": "a"}).read_bytes()
    (part,) = opened(
        tmp_path, make_zip(tmp_path / "x.zip", {"payload.zip": inner, "main.tf": "x = 1"})
    ).submission.parts
    (gap,) = [gap for gap in part.gaps if gap.location.path == "payload.zip"]
    assert not gap.hides


def test_a_truncated_tar_keeps_what_was_read(tmp_path: Path) -> None:
    path = make_tar(tmp_path / "x.tar", [("ok.py", b"ok"), ("more.py", b"y" * 5000)])
    path.write_bytes(path.read_bytes()[:2000])
    result = opened(tmp_path, path)
    assert _readable(result, "ok.py")
    assert not _readable(result, "more.py")
    assert "was not read" in reasons(result.submission.parts[0])


def test_git_data_of_an_archive_starts_nothing(tmp_path: Path) -> None:
    root = build(tmp_path / "shop", HISTORY)
    canary = tmp_path / "canary"
    (root / ".git/config").write_text(f"[core]\n\tfsmonitor = touch {canary}\n\thooksPath = {tmp_path}\n")
    (root / ".git/objects/info/alternates").write_text("/home/assessor/private/.git/objects\n")
    path = Path(shutil.make_archive(str(tmp_path / "pack"), "zip", root))
    (part,) = opened(tmp_path, path).submission.parts
    assert not canary.exists()
    assert any("alternates" in gap.reason for gap in part.gaps)


def test_an_xz_that_wants_too_much_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "XZ_MEMORY", 1_000_000)
    inner = make_tar(tmp_path / "x.tar", [("ok.py", b"ok")])
    path = tmp_path / "y.tar.xz"
    path.write_bytes(lzma.compress(inner.read_bytes(), preset=9))
    with pytest.raises(Unusable, match="no readable archive"):
        opened(tmp_path, path)


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=400), suffix=st.sampled_from([".zip", ".tar", ".tar.gz", ".tar.xz", ".tar.bz2"]))
def test_any_bytes_are_an_archive_or_unusable(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, suffix: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    path = folder / f"x{suffix}"
    path.write_bytes(data)
    _read_or_unusable(path, folder / "store")


@settings(max_examples=150, deadline=None)
@given(
    cuts=st.lists(st.tuples(st.integers(0, 600), st.integers(0, 255)), max_size=8), kind=st.sampled_from(["zip", "tar"])
)
def test_a_damaged_archive_gives_what_it_can(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[tuple[int, int]], kind: str
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    if kind == "zip":
        path = make_zip(folder / "x.zip", {"a.py": "print(1)" * 20, "b/c.md": "# C", "d.sh": "echo"})
    else:
        path = make_tar(folder / "x.tar.gz", [("a.py", b"print(1)" * 20), ("b", (tarfile.SYMTYPE, "a.py"))])
    data = bytearray(path.read_bytes())
    for at, value in cuts:
        data[at % len(data)] = value
    path.write_bytes(bytes(data))
    _read_or_unusable(path, folder / "store")


def _read_or_unusable(path: Path, store: Path) -> None:
    try:
        found = archive.read_archive(path, "part", store)
    except Unusable:
        return
    for entry in found.entries.values():
        try:
            assert len(read_entry(entry, 10_000_000)) == entry.size
        except OSError:
            assert entry.problem or entry.target
