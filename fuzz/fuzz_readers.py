"""Coverage-guided fuzzing of the readers: any bytes under any name give facts or a gap (needs atheris).

    python fuzz/fuzz_readers.py -max_total_time=60 -max_len=4096 CORPUS_FOLDER

It begins with the files of `fixtures/`, which it puts into an empty corpus folder. The first byte chooses the name, the
rest is the file. Options are those of libFuzzer (https://llvm.org/docs/LibFuzzer.html#options). A finding ends the run
with a file `crash-*` that repeats it: `python fuzz/fuzz_readers.py crash-...`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

with atheris.instrument_imports(include=["evidence_check"]):
    from evidence_check.model import Category, File, Location
    from evidence_check.readers import read_file, readers
    from evidence_check.readers._limits import stopwatch
    from evidence_check.readers._source import Source

    readers()

from tests.readers.test_any_bytes import FIXTURES, NAMES


def read_any(data: bytes) -> None:
    """Read the bytes as a file. Raises `AssertionError` where a reader failed in a way that it should not."""
    name = NAMES[data[0] % len(NAMES)] if data else NAMES[0]
    content = data[1:]
    file = File(Location("part", name), Category.OWN, size=len(content))
    with stopwatch() as arm:
        _, gaps = read_file(Source(file, lambda: content), arm)
    faults = [gap.reason for gap in gaps if "please report" in gap.reason or "seconds to read" in gap.reason]
    assert not faults, f"{name}: {faults}"


def sow(corpus: Path) -> None:
    """Put the fixtures into an empty corpus, each under the first name with its suffix."""
    corpus.mkdir(parents=True, exist_ok=True)
    if any(corpus.iterdir()):
        return
    suffixes = [Path(name).suffix or name for name in NAMES]
    for number, path in enumerate(sorted(path for path in FIXTURES.rglob("*") if path.is_file())):
        kind = path.suffix or path.name
        if kind in suffixes:
            (corpus / f"fixture-{number}").write_bytes(bytes([suffixes.index(kind)]) + path.read_bytes())


def main() -> None:
    """Run libFuzzer with the command line's options."""
    for argument in sys.argv[1:]:
        if not argument.startswith("-") and not Path(argument).is_file():
            sow(Path(argument))
    atheris.Setup(sys.argv, read_any)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
