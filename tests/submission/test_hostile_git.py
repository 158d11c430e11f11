"""Nothing that a submission says about git may start a program, lead out of the submission or write into it."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence_check.model import Part
from evidence_check.submission import git as our_git
from evidence_check.submission import gitdir
from evidence_check.submission.errors import Refused
from evidence_check.submission.open import Opened
from tests.gitrepo import build, git
from tests.support import open_submission

HISTORY = """
    2024-03-01 Ada Lovelace <ada@example.org>: Start the service
      app.py: print("hello")
      notes.md: # Notes
    @feature
    2024-03-04 Ada Lovelace <ada@example.org>: Say it louder
      app.py: print("HELLO")
    @main
    2024-03-05 Ada Lovelace <ada@example.org> merges feature: Merge branch 'feature'
      app.py: print("HELLO")
"""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the canaries are shell scripts")


def opened(tmp_path: Path, root: Path) -> Opened:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    return open_submission([str(root)], workspace=workspace)


def only(result: Opened) -> Part:
    (part,) = result.submission.parts
    return part


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """A program that leaves a trace when it runs; `.sang` beside it is the trace."""
    program = tmp_path / "canary"
    program.write_text(f"#!/bin/sh\necho ran >> {tmp_path}/canary.sang\ncat 2>/dev/null\nexit 0\n")
    program.chmod(0o755)
    return program


def sang(canary: Path) -> bool:
    return canary.with_suffix(".sang").exists()


def test_the_canary_sings_where_git_is_pointed_at_the_submission(tmp_path: Path, canary: Path) -> None:
    root = build(tmp_path / "shop", HISTORY)
    git(root, "config", "core.fsmonitor", str(canary))
    git(root, "status")
    assert sang(canary)


def test_no_program_of_the_configuration_runs(tmp_path: Path, canary: Path) -> None:
    root = build(tmp_path / "shop", HISTORY)
    (tmp_path / "included").write_text(f"[core]\n\tfsmonitor = {canary}\n[diff]\n\texternal = {canary}\n")
    keys = (
        "core.fsmonitor core.sshCommand core.askPass core.editor core.pager core.gitProxy diff.external pager.log "
        "pager.ls-files diff.evil.textconv diff.evil.command filter.evil.clean filter.evil.smudge filter.evil.process "
        "merge.evil.driver gpg.program gpg.ssh.program credential.helper alias.log alias.ls-files "
        "interactive.diffFilter uploadpack.packObjectsHook sequence.editor trace2.eventTarget "
        "core.alternateRefsCommand filter.lfs.clean filter.lfs.smudge filter.lfs.process lfs.customtransfer.evil.path "
        "remote.origin.uploadpack gpg.x509.program gpg.ssh.defaultKeyCommand credential.https://x.helper "
        "browser.evil.cmd submodule.evil.update url.ext::x.insteadOf core.gitProxy receive.procReceiveRefs"
    )
    for key in keys.split():
        git(root, "config", key, str(canary))
    git(root, "config", f"includeIf.gitdir:{root}/.path", str(tmp_path / "included"))
    git(root, "config", "extensions.worktreeConfig", "true")
    (root / ".git/config.worktree").write_text(f"[core]\n\tfsmonitor = {canary}\n")
    git(root, "config", "log.showSignature", "true")
    git(root, "config", "include.path", str(tmp_path / "included"))
    git(root, "config", "core.hooksPath", str(tmp_path / "hooks"))
    git(root, "config", "core.attributesFile", str(root / ".gitattributes"))
    for folder in (tmp_path / "hooks", root / ".git/hooks"):
        folder.mkdir(exist_ok=True)
        for hook in (
            "post-index-change",
            "fsmonitor-watchman",
            "reference-transaction",
            "post-checkout",
            "pre-auto-gc",
        ):
            (folder / hook).write_bytes(canary.read_bytes())
            (folder / hook).chmod(0o755)
    (root / ".gitattributes").write_text("* diff=evil filter=evil merge=evil export-subst\n")
    (root / "app.py").write_text("changed")
    part = only(opened(tmp_path, root))
    assert not sang(canary)
    assert part.history is not None
    assert len(part.history.commits) == 3
    assert not part.gaps


def test_signed_commits_start_no_gpg(tmp_path: Path, canary: Path) -> None:
    root = build(tmp_path / "shop", HISTORY)
    git(root, "config", "gpg.program", str(canary))
    body = git(root, "cat-file", "commit", "HEAD").encode()
    head, _, message = body.partition(b"\n\n")
    signed = head + b"\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n" + message
    commit = git(root, "hash-object", "-t", "commit", "-w", "--stdin", stdin=signed).strip()
    git(root, "update-ref", "refs/heads/main", commit)
    part = only(opened(tmp_path, root))
    assert part.commit == commit
    assert not sang(canary)


def test_variables_of_the_callers_environment_are_not_obeyed(
    tmp_path: Path, canary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = build(tmp_path / "shop", HISTORY)
    other = build(tmp_path / "other", "2024-01-01 Bob <bob@example.org>: Other\n  other.py: x\n")
    for name, value in {
        "GIT_DIR": str(other / ".git"), "GIT_WORK_TREE": str(other), "GIT_INDEX_FILE": str(other / ".git/index"),
        "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.fsmonitor", "GIT_CONFIG_VALUE_0": str(canary),
        "GIT_EXTERNAL_DIFF": str(canary), "GIT_PAGER": str(canary),
        "GIT_CONFIG_PARAMETERS": f"'core.fsmonitor'='{canary}'",
        "GIT_OBJECT_DIRECTORY": str(other / ".git/objects"), "GIT_COMMON_DIR": str(other / ".git"),
        "GIT_PREFIX": "sub/",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    part = only(opened(tmp_path, root))
    assert [file.location.path for file in part.files] == ["app.py", "notes.md"]
    assert part.history is not None
    assert len(part.history.commits) == 3
    assert not sang(canary)


def test_a_partial_clone_fetches_nothing(tmp_path: Path, canary: Path) -> None:
    build(tmp_path / "full", HISTORY)
    git(tmp_path / "full", "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--filter=blob:none", "--no-checkout", f"file://{tmp_path / 'full'}", "partial")
    root = tmp_path / "partial"
    git(root, "config", "remote.origin.url", f"ext::{canary} %S")
    git(root, "config", "protocol.ext.allow", "always")
    part = only(opened(tmp_path, root))
    assert not sang(canary)
    assert part.history is not None
    assert part.history.measures["own_commits"] == 2


def test_a_repository_in_the_work_tree_starts_nothing(tmp_path: Path, canary: Path) -> None:
    root = build(tmp_path / "shop", HISTORY)
    inner = build(root / "inner", HISTORY)
    bare = build(root / "bare", HISTORY, bare=True)
    for repository in (inner, bare):
        for key in ("core.fsmonitor", "core.pager", "core.sshCommand", "diff.external", "core.alternateRefsCommand"):
            git(repository, "config", key, str(canary))
    result = opened(tmp_path, root)
    assert "app.py" in {file.location.path for file in result.submission.parts[0].files}
    assert not sang(canary)


@pytest.mark.parametrize(
    "address",
    ["ext::{canary} %S", "--upload-pack={canary}", "-u{canary}", "ssh://-oProxyCommand={canary}/x", "file:///etc", ""],
)
def test_a_submodule_with_an_odd_address_is_a_gap_and_starts_nothing(
    tmp_path: Path, canary: Path, address: str
) -> None:
    root = build(tmp_path / "shop", HISTORY)
    commit = git(root, "rev-parse", "HEAD").strip()
    address = address.format(canary=canary)
    (root / ".gitmodules").write_text(f'[submodule "a"]\n\tpath = lib\n\turl = {address}\n\tupdate = !{canary}\n')
    git(root, "update-index", "--add", "--cacheinfo", f"160000,{commit},lib")
    git(root, "add", ".gitmodules")
    part = only(opened(tmp_path, root))
    assert not sang(canary)
    assert [gap.location.path for gap in part.gaps if "a submodule" in gap.reason] == ["lib"]


def test_a_repository_of_another_user_is_read(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root may give files away")
    root = build(tmp_path / "shop", HISTORY)
    for path in [root, *root.rglob("*")]:
        os.chown(path, 12345, 12345, follow_symlinks=False)
    part = only(opened(tmp_path, root))
    assert part.history is not None
    assert len(part.history.commits) == 3


def test_grafts_and_the_data_of_another_repository_are_not_followed(tmp_path: Path) -> None:
    victim = build(tmp_path / "victim", "2024-01-01 Bob <bob@example.org>: The host's\n  theirs.py: x\n")
    root = build(tmp_path / "shop", HISTORY)
    (root / ".git/info").mkdir(exist_ok=True)
    (root / ".git/info/grafts").write_text(git(root, "rev-parse", "HEAD"))
    (root / ".git/commondir").write_text(f"{victim / '.git'}\n")
    part = only(opened(tmp_path, root))
    assert part.history is not None
    assert len(part.history.commits) == 3
    assert [file.location.path for file in part.files] == ["app.py", "notes.md"]


@pytest.mark.parametrize("kind", ["file", "worktree"])
def test_a_git_file_that_points_outside_is_not_followed(tmp_path: Path, kind: str) -> None:
    victim = build(tmp_path / "victim", HISTORY)
    root = tmp_path / "shop"
    root.mkdir()
    (root / "mine.py").write_text("x")
    target = victim / ".git"
    if kind == "worktree":
        target = root / "data"
        target.mkdir()
        (target / "HEAD").write_text("ref: refs/heads/main\n")
        (target / "commondir").write_text(f"{victim / '.git'}\n")
    (root / ".git").write_text(f"gitdir: {target}\n")
    part = only(opened(tmp_path, root))
    assert part.history is None
    assert "mine.py" in {file.location.path for file in part.files}
    assert "app.py" not in {file.location.path for file in part.files}
    assert "outside of the folder" in " ".join(gap.reason for gap in part.gaps)


@pytest.mark.parametrize("place", ["refs", "refs/heads"])
def test_branches_that_are_a_link_are_refused(tmp_path: Path, place: str) -> None:
    victim = build(tmp_path / "victim", HISTORY)
    root = build(tmp_path / "shop", HISTORY)
    (root / ".git" / place).rename(tmp_path / "moved")
    (root / ".git" / place).symlink_to(victim / ".git" / place)
    part = only(opened(tmp_path, root))
    assert part.history is None
    assert "a link to another place" in " ".join(gap.reason for gap in part.gaps)


def test_a_link_among_the_objects_is_refused(tmp_path: Path) -> None:
    victim = build(tmp_path / "victim", HISTORY)
    root = build(tmp_path / "shop", "2024-01-01 Bob <bob@example.org>: Mine\n  mine.py: x\n")
    packs = root / ".git/objects/pack"
    for path in packs.iterdir():
        path.unlink()
    packs.rmdir()
    packs.symlink_to(victim / ".git/objects/pack")
    (root / ".git/HEAD").write_text(git(victim, "rev-parse", "HEAD"))
    part = only(opened(tmp_path, root))
    assert part.history is None
    assert "no plain file" in " ".join(gap.reason for gap in part.gaps)


def test_a_pipe_among_the_objects_does_not_hang(tmp_path: Path) -> None:
    root = build(tmp_path / "shop", HISTORY)
    os.mkfifo(root / ".git/objects/pack/pack-x.idx")
    assert only(opened(tmp_path, root)).history is None


@pytest.mark.parametrize("name", ["HEAD", "packed-refs", "shallow", "index", "refs/heads/main"])
def test_a_pipe_or_link_in_the_git_directory_does_not_hang_or_leak(tmp_path: Path, name: str) -> None:
    root = build(tmp_path / "shop", HISTORY)
    (root / ".git" / name).unlink(missing_ok=True)
    os.mkfifo(root / ".git" / name)
    part = only(opened(tmp_path, root))
    assert {file.location.path for file in part.files} <= {"app.py", "notes.md"}


def test_a_git_directory_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    victim = build(tmp_path / "victim", HISTORY)
    root = tmp_path / "shop"
    root.mkdir()
    (root / "mine.py").write_text("x")
    (root / ".git").symlink_to(victim / ".git")
    part = only(opened(tmp_path, root))
    assert part.history is None
    assert [file.location.path for file in part.files] == ["mine.py"]


def test_links_of_the_work_tree_are_listed_and_never_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key.py").write_text("the host's secret")
    root = build(tmp_path / "shop", HISTORY)
    (root / "link.py").symlink_to(secret / "key.py")
    (root / "alias.py").symlink_to("app.py")
    (root / "lib").mkdir()
    (root / "lib/key.py").write_text("harmless")
    git(root, "add", ".")
    (root / "lib/key.py").unlink()
    (root / "lib").rmdir()
    (root / "lib").symlink_to(secret)
    (root / "notes.md").unlink()
    os.mkfifo(root / "notes.md")
    result = opened(tmp_path, root)
    part = only(result)
    files = {file.location.path: file for file in part.files}
    assert files["link.py"].language == files["alias.py"].language == "symlink"
    for path in ("link.py", "alias.py"):
        with pytest.raises(OSError, match="not followed"):
            result.load(files[path])
    assert result.load(files["lib/key.py"]) == b"harmless\n".strip()
    assert result.load(files["notes.md"]) == b"# Notes\n"
    gaps = {gap.location.path: gap.reason for gap in part.gaps}
    assert "outside of what was handed in" in gaps["link.py"]
    assert "alias.py" not in gaps


def test_links_of_a_plain_folder_are_never_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/key.py").write_text("the host's secret")
    root = tmp_path / "plain"
    root.mkdir()
    (root / "a.py").write_text("a")
    (root / "dir").symlink_to(tmp_path / "secret")
    (root / "round").symlink_to(root)
    os.mkfifo(root / "pipe.py")
    part = only(opened(tmp_path, root))
    assert {file.location.path: file.language for file in part.files} == {
        "a.py": "python", "dir": "symlink", "round": "symlink",
    }  # fmt: skip


def test_a_file_that_becomes_a_link_after_the_listing_is_not_followed(tmp_path: Path) -> None:
    root = build(tmp_path / "shop", HISTORY)
    (tmp_path / "secret").write_text("the host's secret")
    result = opened(tmp_path, root)
    file = next(file for file in only(result).files if file.location.path == "app.py")
    (root / "app.py").unlink()
    (root / "app.py").symlink_to(tmp_path / "secret")
    with pytest.raises(OSError):  # noqa: PT011 - each system words it in its own way
        result.load(file)


def _index(paths: list[bytes]) -> bytes:
    """An index of version 2 with these paths (gitformat-index(5)), its checksum left out as zeros are allowed."""
    data = b"DIRC" + struct.pack(">LL", 2, len(paths))
    for path in sorted(paths):
        entry = struct.pack(">10L20sH", *([0] * 6), 0o100644, 0, 0, 0, b"\x12" * 20, min(len(path), 0xFFF)) + path
        data += entry + b"\0" * (8 - len(entry) % 8)
    import hashlib

    return data + hashlib.sha1(data, usedforsecurity=False).digest()


def test_paths_of_the_index_that_lead_out_are_refused(tmp_path: Path) -> None:
    root = build(tmp_path / "shop", HISTORY)
    (tmp_path / "secret.py").write_text("the host's secret")
    (root / ".git/index").write_bytes(_index([b"../secret.py", str(tmp_path / "secret.py").encode(), b"app.py"]))
    part = only(opened(tmp_path, root))
    assert [file.location.path for file in part.files] == ["app.py"]
    assert sum("leads out of the repository" in gap.reason for gap in part.gaps) == 2


def test_paths_nested_too_deeply_are_said(tmp_path: Path) -> None:
    root = build(tmp_path / "shop", HISTORY)
    (root / ".git/index").write_bytes(_index([b"a/" * 1500 + b"deep.py", b"app.py"]))
    part = only(opened(tmp_path, root))
    assert [file.location.path for file in part.files] == ["app.py"]
    assert any("folders deep" in gap.reason for gap in part.gaps)


@pytest.mark.parametrize("path", [b"values.ya" * 40 + b".yml", b"folder/" * 90 + b"a" * 200 + b"/" + b"values.y" * 500])
def test_paths_longer_than_any_file_system_allows_are_said(tmp_path: Path, path: bytes) -> None:
    root = build(tmp_path / "shop", HISTORY)
    (root / ".git/index").write_bytes(_index([path, b"app.py"]))
    part = only(opened(tmp_path, root))
    assert [file.location.path for file in part.files] == ["app.py"]
    assert any("longer than any file system" in gap.reason for gap in part.gaps)


def test_names_with_odd_characters_are_kept_apart(tmp_path: Path) -> None:
    root = build(tmp_path / "shop", HISTORY)
    names = [b"new\nline.py", b"tab\t.py", b"caf\xe9.py", "naïve ü.py".encode(), b'quote".py', "\u202egnp.py".encode()]
    for name in names:
        Path(os.fsdecode(os.fsencode(root) + b"/" + name)).write_bytes(name)
    git(root, "add", ".")
    git(root, "commit", "-qm", "Odd names")
    result = opened(tmp_path, root)
    part = only(result)
    loaded = {result.load(file) for file in part.files}
    assert set(names) <= loaded
    for file in part.files:
        file.location.path.encode()  # printable anywhere: no lone surrogates
    assert part.history is not None
    changed = set(part.history.commits[0].paths)
    assert changed == {file.location.path for file in part.files} - {"app.py", "notes.md"}


@pytest.mark.parametrize(
    "name",
    [
        "refs/heads/../../config",
        "refs/heads/a b",
        "refs/heads/x.lock",
        "refs/notes/commits",
        "HEAD",
        "refs/heads/-x\n",
        "",
    ],
)
def test_names_that_are_no_branch_are_dropped(name: str) -> None:
    assert not gitdir.is_ref(name)


@pytest.mark.parametrize("name", ["refs/heads/main", "refs/remotes/origin/feature/a-1", "refs/tags/v1.0"])
def test_names_of_branches_are_kept(name: str) -> None:
    assert gitdir.is_ref(name)


def test_notes_stashes_and_pull_refs_are_nobodys_branch(tmp_path: Path) -> None:
    root = build(tmp_path / "shop", HISTORY)
    (root / "app.py").write_text("stashed")
    git(root, "stash", "-q")
    git(root, "update-ref", "refs/pull/7/head", "stash@{0}")
    part = only(opened(tmp_path, root))
    assert part.history is not None
    assert len(part.history.commits) == 3


def test_replaced_objects_are_read_as_they_are(tmp_path: Path) -> None:
    root = build(tmp_path / "shop", HISTORY)
    head, first = git(root, "rev-parse", "HEAD").strip(), git(root, "rev-list", "--max-parents=0", "HEAD").strip()
    git(root, "replace", head, first)
    part = only(opened(tmp_path, root))
    assert part.history is not None
    assert part.history.commits[0].subject == "Merge branch 'feature'"


@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from(
        ["HEAD", "packed-refs", "shallow", "index", "config", "refs/heads/main", "objects/info/alternates"]
    ),
    data=st.binary(max_size=200),
)
def test_any_bytes_in_the_git_directory_give_a_part(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: bytes
) -> None:
    tmp_path = tmp_path_factory.mktemp("any")
    root = build(tmp_path / "shop", HISTORY)
    (root / ".git" / name).parent.mkdir(exist_ok=True)
    (root / ".git" / name).write_bytes(data)
    part = only(opened(tmp_path, root))
    assert {file.location.path for file in part.files} <= {"app.py", "notes.md"}


def test_a_git_command_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    status, _, complaint = our_git.execute(["sleep", "20"], {}, tmp_path, seconds=0.2)
    assert status
    assert "took more than" in complaint


def test_a_git_command_that_writes_too_much_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(our_git, "OUTPUT_LIMIT", 5_000_000)
    status, output, complaint = our_git.execute(["yes"], {}, tmp_path)
    assert status
    assert len(output) < 7_000_000
    assert "wrote more than" in complaint


def test_a_git_command_that_nobody_waits_for_any_more_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = gitdir.prepare(build(tmp_path / "shop", HISTORY) / ".git", tmp_path / "private")
    monkeypatch.setattr(our_git, "_over", lambda *_: (["sleep", "20"], {}))
    with our_git.start(repository, "log") as answer:
        pass
    status, _, complaint = answer()
    assert status < 0
    assert "took more than" not in complaint


def test_a_flood_of_complaints_does_not_block(tmp_path: Path) -> None:
    script = (
        "i=0; while [ $i -lt 3000 ]; do echo 'error: some object is corrupt, as the flood says' >&2; i=$((i+1)); done"
    )
    status, _, complaint = our_git.execute(["sh", "-c", f"{script}; exit 3"], {}, tmp_path)
    assert status == 3
    assert "corrupt" in complaint


def test_no_git_program_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Refused, match="install git"):
        our_git.execute(["git", "version"], {}, tmp_path)
