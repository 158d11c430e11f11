from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from evidence_check.model import Category, File, Part
from evidence_check.submission import parts
from evidence_check.submission.entries import TEXT_LIMIT
from evidence_check.submission.open import Opened, Unusable
from tests.gitrepo import build, git
from tests.support import open_submission

HISTORY = """
    2024-03-01 Ada Lovelace <ada@example.org>: Start the service
      app.py: print("hello")
      .gitignore: *.log\\n.env
      docs/design.md: # Design
    2024-03-04 Ada Lovelace <ada@example.org>: Add a test
      tests/test_app.py: def test_hello(): assert True
"""


def opened(tmp_path: Path, *inputs: Path | str, **options: str) -> Opened:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    return open_submission([str(given) for given in inputs], workspace=workspace, **options)


def paths(part: Part) -> list[str]:
    return [file.location.path for file in part.files]


def only(result: Opened) -> Part:
    (part,) = result.submission.parts
    return part


def file_of(part: Part, path: str) -> File:
    return next(file for file in part.files if file.location.path == path)


def history_is_a_gap(part: Part) -> bool:
    return any("event" in gap.hides for gap in part.gaps)


def test_a_repository_is_its_tracked_files_with_their_bytes_in_the_work_tree(tmp_path: Path) -> None:
    root = build(tmp_path / "shop", HISTORY)
    (root / "app.py").write_text("print('changed since')")
    (root / "notes.txt").write_text("not tracked")
    (root / "debug.log").write_text("ignored")
    result = opened(tmp_path, root)
    part = only(result)
    assert part.name == "shop"
    assert paths(part) == [".gitignore", "app.py", "docs/design.md", "tests/test_app.py"]
    assert result.load(file_of(part, "app.py")) == b"print('changed since')"
    assert part.untracked == 1
    assert part.commit == git(root, "rev-parse", "HEAD").strip()
    assert part.committed == int(git(root, "log", "-1", "--format=%at"))
    assert part.gaps == ()
    assert part.history is not None
    assert len(part.history.commits) == 2


def test_the_inventory_says_category_language_and_size(tmp_path: Path) -> None:
    part = only(opened(tmp_path, build(tmp_path / "shop", HISTORY)))
    told = {file.location.path: (file.category, file.language) for file in part.files}
    assert told["app.py"] == (Category.OWN, "python")
    assert told["tests/test_app.py"] == (Category.TEST, "python")
    assert told["docs/design.md"] == (Category.DOCUMENT, "markdown")
    assert file_of(part, "app.py").size == len('print("hello")\n')


def test_a_tracked_file_that_was_deleted_on_disk_is_taken_from_the_objects(tmp_path: Path) -> None:
    root = build(tmp_path / "shop", HISTORY)
    (root / "app.py").unlink()
    result = opened(tmp_path, root)
    assert result.load(file_of(only(result), "app.py")) == b'print("hello")\n'


def test_a_bare_repository_is_read_from_its_head(tmp_path: Path) -> None:
    root = build(tmp_path / "shop.git", HISTORY, bare=True)
    result = opened(tmp_path, root)
    part = only(result)
    assert part.name == "shop"
    assert paths(part) == [".gitignore", "app.py", "docs/design.md", "tests/test_app.py"]
    assert result.load(file_of(part, "docs/design.md")) == b"# Design\n"
    assert not history_is_a_gap(part)


def test_the_git_directory_itself_may_be_named(tmp_path: Path) -> None:
    root = build(tmp_path / "shop", HISTORY)
    part = only(opened(tmp_path, root / ".git"))
    assert part.name == "shop"
    assert "app.py" in paths(part)


def test_a_folder_called_git_that_is_none_leaves_the_files(tmp_path: Path) -> None:
    root = tmp_path / "shop"
    (root / ".git").mkdir(parents=True)
    (root / "app.py").write_text("x")
    part = only(opened(tmp_path, root))
    assert paths(part) == ["app.py"]
    assert "holds no repository" in part.gaps[0].reason


@pytest.mark.parametrize("packed", [False, True])
def test_refs_are_found_loose_and_packed(tmp_path: Path, packed: bool) -> None:
    root = build(
        tmp_path / "shop",
        HISTORY + "    @feature/x\n    2024-03-05 Ada <ada@example.org>: More\n      b.py: b\n    tag v1\n",
    )
    if packed:
        git(root, "pack-refs", "--all")
    part = only(opened(tmp_path, root))
    assert part.history is not None
    assert part.history.branches == ("feature/x",)
    assert part.history.tags == ("v1",)
    assert len(part.history.commits) == 3


def test_a_repository_with_sha256_objects(tmp_path: Path) -> None:
    root = tmp_path / "modern"
    root.mkdir()
    git(root, "init", "-q", "--object-format=sha256")
    (root / "a.py").write_text("a = 1")
    git(root, "add", "a.py")
    git(root, "commit", "-qm", "Start")
    part = only(opened(tmp_path, root))
    assert paths(part) == ["a.py"]
    assert len(part.commit) == 64
    assert not part.gaps


def test_a_linked_work_tree_keeps_its_files_and_says_what_is_missing(tmp_path: Path) -> None:
    main = build(tmp_path / "main", HISTORY)
    git(main, "worktree", "add", "-q", str(tmp_path / "linked"))
    part = only(opened(tmp_path, tmp_path / "linked"))
    assert "app.py" in paths(part)
    (gap,) = [gap for gap in part.gaps if "event" in gap.hides]
    assert "outside of the folder" in gap.reason
    assert part.history is None


def test_a_git_file_that_points_inside_is_followed(tmp_path: Path) -> None:
    root = build(tmp_path / "shop", HISTORY)
    (root / ".git").rename(root / "data")
    (root / ".git").write_text("gitdir: data\n")
    part = only(opened(tmp_path, root))
    assert part.history is not None


def test_borrowed_objects_are_not_followed(tmp_path: Path) -> None:
    build(tmp_path / "lender", HISTORY)
    git(tmp_path, "clone", "-q", "--shared", str(tmp_path / "lender"), "borrower")
    part = only(opened(tmp_path, tmp_path / "borrower"))
    assert "app.py" in paths(part)
    (gap,) = [gap for gap in part.gaps if "event" in gap.hides]
    assert "git repack" in gap.reason


def test_a_shallow_clone_says_how_to_mend_it(tmp_path: Path) -> None:
    build(tmp_path / "full", HISTORY)
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{tmp_path / 'full'}", "shallow")
    part = only(opened(tmp_path, tmp_path / "shallow"))
    assert part.history is not None
    assert part.history.shallow
    (gap,) = part.gaps
    assert "fetch-depth: 0" in gap.reason
    assert gap.hides == {"history", "event"}


def test_missing_objects_are_said_and_the_files_stay(tmp_path: Path) -> None:
    root = build(tmp_path / "shop", HISTORY)
    first = git(root, "rev-list", "--max-parents=0", "HEAD").strip()
    for pack in (root / ".git/objects/pack").glob("*.pack"):
        data = pack.read_bytes()
        for other in pack.parent.glob(f"{pack.stem}.*"):
            other.unlink()
        git(root, "unpack-objects", "-q", stdin=data)
    (root / ".git/objects" / first[:2] / first[2:]).unlink()
    part = only(opened(tmp_path, root))
    assert "app.py" in paths(part)
    assert history_is_a_gap(part)


def test_a_blob_that_is_nowhere_fails_only_when_it_is_read(tmp_path: Path) -> None:
    root = build(tmp_path / "shop", HISTORY)
    git(root, "update-index", "--add", "--cacheinfo", f"100644,{'12' * 20},lost.tf")
    result = opened(tmp_path, root)
    with pytest.raises(OSError, match="full clone"):
        result.load(file_of(only(result), "lost.tf"))


def test_a_submodule_is_a_gap_that_hides_unless_it_is_somebody_elses(tmp_path: Path) -> None:
    root = build(tmp_path / "shop", HISTORY)
    git(root, "remote", "add", "origin", "git@github.com:ada/shop.git")
    modules = {"infra": "https://github.com/ada/infra.git", "kubespray": "https://github.com/kubernetes-sigs/kubespray"}
    (root / ".gitmodules").write_text(
        "".join(f'[submodule "{name}"]\n\tpath = {name}\n\turl = {url}\n' for name, url in modules.items())
    )
    git(root, "add", ".gitmodules")
    for name in modules:
        git(root, "update-index", "--add", "--cacheinfo", f"160000,{'12' * 20},{name}")
    gaps = {gap.location.path: gap for gap in only(opened(tmp_path, root)).gaps}
    assert "resource" in gaps["infra"].hides
    assert "further part" in gaps["infra"].reason
    assert not gaps["kubespray"].hides


def test_a_submodule_in_a_folder_of_vendored_code_hides_nothing(tmp_path: Path) -> None:
    root = build(tmp_path / "shop", HISTORY)
    for name in ("third_party/json", "libs/orders"):
        git(root, "update-index", "--add", "--cacheinfo", f"160000,{'12' * 20},{name}")
    gaps = {gap.location.path: gap for gap in only(opened(tmp_path, root)).gaps}
    assert not gaps["third_party/json"].hides
    assert "resource" in gaps["libs/orders"].hides


def test_a_git_lfs_pointer_is_not_taken_for_the_file(tmp_path: Path) -> None:
    root = build(tmp_path / "shop", HISTORY)
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'a' * 64}\nsize 12345\n"
    (root / "diagram.png").write_text(pointer)
    git(root, "add", "diagram.png")
    result = opened(tmp_path, root)
    with pytest.raises(OSError, match="git lfs pull"):
        result.load(file_of(only(result), "diagram.png"))


def test_a_plain_folder_obeys_gitignore_and_has_no_history(tmp_path: Path) -> None:
    root = tmp_path / "plain"
    (root / "src/build").mkdir(parents=True)
    (root / ".gitignore").write_text("/secret.txt\nbuild/\n*.tmp\n!keep.tmp\n")
    for name in ("secret.txt", "src/secret.txt", "src/build/out.js", "a.tmp", "keep.tmp", "main.py"):
        (root / name).write_text("x")
    part = only(opened(tmp_path, root))
    assert paths(part) == [".gitignore", "keep.tmp", "main.py", "src/secret.txt"]
    assert history_is_a_gap(part)


def test_a_folder_inside_a_repository_is_told_apart_from_the_repository(tmp_path: Path) -> None:
    root = build(tmp_path / "shop", HISTORY)
    part = only(opened(tmp_path, root / "tests"))
    assert paths(part) == ["test_app.py"]
    (gap,) = part.gaps
    assert "--subfolder tests" in gap.reason


def test_a_folder_of_repositories_becomes_one_part_for_each(tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    build(pack / "infra", HISTORY)
    build(pack / "code" / "app", HISTORY)
    (pack / "analysis.md").write_text("# Analysis")
    by_name = {part.name: part for part in opened(tmp_path, pack).submission.parts}
    assert sorted(by_name) == ["pack", "pack-code-app", "pack-infra"]
    assert paths(by_name["pack"]) == ["analysis.md"]
    assert not any(history_is_a_gap(part) for part in by_name.values())


def test_bare_repositories_in_a_folder_are_parts_and_never_files(tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    build(pack / "app.git", HISTORY, bare=True)
    build(pack / "code" / "infra", HISTORY, bare=True)
    (pack / "docs" / "objects").mkdir(parents=True)
    (pack / "docs" / "HEAD").write_text("a file that is only called so")
    by_name = {part.name: part for part in opened(tmp_path, pack).submission.parts}
    assert sorted(by_name) == ["pack", "pack-app", "pack-code-infra"]
    assert paths(by_name["pack"]) == ["docs/HEAD"]
    assert "app.py" in paths(by_name["pack-app"])
    assert not history_is_a_gap(by_name["pack-code-infra"])


def test_several_inputs_are_one_case_with_single_files_in_one_part(tmp_path: Path) -> None:
    build(tmp_path / "infra", HISTORY)
    build(tmp_path / "old" / "infra", HISTORY)
    (tmp_path / "analysis.docx").write_bytes(b"PK")
    (tmp_path / "diagram.png").write_bytes(b"\x89PNG")
    (tmp_path / "old" / "diagram.png").write_bytes(b"\x89PNG old")
    inputs = ["infra", "old/infra", "analysis.docx", "diagram.png", "old/diagram.png"]
    result = opened(tmp_path, *(tmp_path / name for name in inputs))
    by_name = {part.name: part for part in result.submission.parts}
    assert list(by_name) == ["infra", "infra-2", "documents"]
    documents = by_name["documents"]
    assert paths(documents) == ["analysis.docx", "diagram.png", "old/diagram.png"]
    assert {file.category for file in documents.files} == {Category.DOCUMENT}
    assert result.load(file_of(documents, "old/diagram.png")) == b"\x89PNG old"
    assert not documents.gaps


def test_documents_alone_leave_the_history_unknown(tmp_path: Path) -> None:
    (tmp_path / "analysis.md").write_text("# Analysis")
    assert history_is_a_gap(only(opened(tmp_path, tmp_path / "analysis.md")))


def test_a_subfolder_limits_files_and_history_but_keeps_the_pipelines(tmp_path: Path) -> None:
    root = build(
        tmp_path / "mono",
        """
        2024-03-01 Ada <ada@example.org>: Start both
          api/app.py: a
          web/index.js: w
          .github/workflows/ci.yml: on: push
        2024-03-02 Ada <ada@example.org>: Web only
          web/index.js: v
        2024-03-03 Ada <ada@example.org>: Api only
          api/app.py: b
        """,
    )
    part = only(opened(tmp_path, root, subfolder="api/"))
    assert paths(part) == [".github/workflows/ci.yml", "api/app.py"]
    assert part.history is not None
    assert part.history.measures["own_commits"] == 2
    assert part.history.measures["template_commits"] == 0


def test_commits_of_the_upstream_are_not_own_and_their_files_are_template(tmp_path: Path) -> None:
    starter = build(tmp_path / "starter", HISTORY)
    git(tmp_path, "clone", "-q", str(starter), "fork")
    fork = tmp_path / "fork"
    (fork / "mine.py").write_text("mine = 1")
    git(fork, "add", "mine.py")
    git(fork, "commit", "-qm", "Add mine")
    part = only(opened(tmp_path, fork, upstream=str(starter)))
    assert file_of(part, "mine.py").category is Category.OWN
    assert file_of(part, "app.py").category is Category.TEMPLATE
    assert part.history is not None
    assert [commit.subject for commit in part.history.commits if commit.own] == ["Add mine"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda root: None, "no such file or folder"),
        (lambda root: root.mkdir(), "nothing in it"),
        (lambda root: git(root.parent, "init", "-q", str(root)), "nothing in it"),
        (
            lambda root: (git(root.parent, "init", "-q", str(root)), (root / "a.py").write_text("a")),
            "git tracks no file",
        ),
    ],
)
def test_what_cannot_be_scanned_is_said_in_one_line(tmp_path: Path, make: object, message: str) -> None:
    root = tmp_path / "given"
    make(root)  # type: ignore[operator]
    with pytest.raises(Unusable, match=message) as raised:
        opened(tmp_path, root)
    assert str(raised.value).startswith(str(root))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("pack.7z", "zip or"), ("pack.rar", "zip or"), ("broken.zip", "no readable archive"),
        ("broken.tar.gz", "no readable archive"), ("", "no such file"),
    ],
)  # fmt: skip
def test_files_that_are_no_archive_of_a_known_sort(tmp_path: Path, given: str, message: str) -> None:
    path = tmp_path / given
    if given:
        path.write_bytes(b"not what the name says")
    with pytest.raises(Unusable, match=message):
        opened(tmp_path, path if given else "")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="everything is readable here")
def test_an_unreadable_folder_is_said(tmp_path: Path) -> None:
    root = tmp_path / "closed"
    root.mkdir(mode=0)
    with pytest.raises(Unusable):
        opened(tmp_path, root)


def test_without_git_the_files_are_still_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = build(tmp_path / "shop", HISTORY)
    (root / "debug.log").write_text("ignored")
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    part = only(opened(tmp_path, root))
    assert paths(part) == [".gitignore", "app.py", "docs/design.md", "tests/test_app.py"]
    (gap,) = part.gaps
    assert "install git" in gap.reason


def test_a_large_text_is_listed_and_not_read(tmp_path: Path) -> None:
    root = build(tmp_path / "shop", HISTORY)
    with (root / "data.sql").open("wb") as stream:
        stream.truncate(TEXT_LIMIT + 1)
    (root / "film.png").write_bytes(b"\x89PNG" + bytes(TEXT_LIMIT))
    git(root, "add", ".")
    result = opened(tmp_path, root)
    part = only(result)
    with pytest.raises(OSError, match="larger than 5 MB"):
        result.load(file_of(part, "data.sql"))
    assert len(result.load(file_of(part, "film.png"))) > TEXT_LIMIT


def test_too_many_files_leave_the_vendored_ones_out_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "FILE_LIMIT", 3)
    root = tmp_path / "shop"
    for name in ("a.py", "node_modules/a/index.js", "node_modules/b/index.js", "z.py"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x")
    part = only(opened(tmp_path, root))
    assert paths(part) == ["a.py", "node_modules/a/index.js", "z.py"]
    (gap,) = [gap for gap in part.gaps if "more than 3 files" in gap.reason]
    assert not gap.hides


def test_nothing_is_written_into_the_submission(tmp_path: Path) -> None:
    root = build(tmp_path / "shop", HISTORY)
    (root / "app.py").write_text("changed, so that git would like to refresh its index")

    def state() -> dict[str, tuple[int, int]]:
        return {str(p): (p.lstat().st_mtime_ns, p.lstat().st_size) for p in sorted(root.rglob("*"))}

    before = state()
    opened(tmp_path, root)
    assert state() == before


def test_the_same_input_gives_the_same_submission(tmp_path: Path) -> None:
    root = build(tmp_path / "shop", HISTORY)
    first, second = tmp_path / "one", tmp_path / "two"
    first.mkdir()
    second.mkdir()
    one = open_submission([str(root)], workspace=first).submission
    assert one == open_submission([str(root)], workspace=second).submission


def test_two_parts_may_have_the_same_name_as_a_file_never_do_bytes_mix(tmp_path: Path) -> None:
    one, two = build(tmp_path / "one", HISTORY), build(tmp_path / "two", HISTORY)
    (two / "app.py").write_text("two")
    result = opened(tmp_path, one, two)
    first, second = result.submission.parts
    assert result.load(file_of(first, "app.py")) != result.load(file_of(second, "app.py")) == b"two"
