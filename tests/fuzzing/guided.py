"""Coverage-guided fuzzing of the reader with atheris, which changes bytes and keeps inputs that reach new code. Started by `make fuzz`."""

from __future__ import annotations

import contextlib
import shutil
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["handbill", "markdown", "pymdownx", "yaml"], enable_loader_override=False):
    from fuzzing.invariants import Case, Defect, check_case
    from fuzzing.markdown import SIGNS
    from fuzzing.worker import Ledger, is_saved, save_defect

__all__: list[str] = []

HERE = Path(__file__).parent
LONGEST = 2_000
"""Maximum length of an input in bytes: enough for several nested constructs."""
ONE_IN = 10
"""One of so many readable articles is exported too: the coverage of the reader is what guides."""


def _dictionary_line(sign: str) -> str:
    """Return a line of libFuzzer's dictionary."""
    return '"{}"\n'.format("".join(rf"\x{byte:02x}" for byte in sign.encode()))


def main(folder: Path, name: str, seconds: int) -> None:
    """Try inputs for some seconds; counts and defects are saved below `folder`."""
    ledger = Ledger(folder, name)
    root = Path(tempfile.mkdtemp(prefix="handbill-guided-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
    corpus = folder / f"{name}-corpus"
    corpus.mkdir()
    for number, file in enumerate(
        sorted([*HERE.glob("../cases/dialect/*.md"), *HERE.glob("found/*/article.md"), *HERE.glob("../../source/*.md")])
    ):
        shutil.copy(file, corpus / f"{number}.md")
    words = folder / f"{name}.words"
    words.write_text("".join(_dictionary_line(sign) for sign in (*SIGNS, "title: ", "abstract: |")))

    def try_article(content: bytes) -> None:
        files = {"article.md": content}
        ledger.trying(files)
        formats = ("text", "epub") if ledger.counts["tried"] % ONE_IN == 0 else ()
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir()
        try:
            verdict = check_case(root, Case(files), formats)
        except Defect as defect:
            ledger.count("tried", "seen before" if is_saved(folder, defect.signature) else "defects")
            if not is_saved(folder, defect.signature):
                save_defect(folder, defect, files)
            return
        ledger.count("tried", "refused" if verdict.refused else "built")

    options = [
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST}",
        f"-dict={words}",
        "-rss_limit_mb=8000",
        "-print_final_stats=1",
        "-timeout=120",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], try_article)
    with contextlib.suppress(KeyboardInterrupt):
        atheris.Fuzz()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
