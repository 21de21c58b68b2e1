# ruff: noqa: T201 - a script, which prints
"""The conformance suite: `make conformance`. Run from `tests/`, as `python -m conformance`.

Builds the publication that ships, the test publications and the sample documents, and has veraPDF, EPUBCheck and Ace look at every
handout, and a browser with axe at the catalogue. Prints a table; exits 1 where one of them finds a failure, where a handout does not claim
what it should, where a validator passes a handout that is broken on purpose, or where the fonts of the machine show in the bytes.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from conformance import ace_checker, epubchecker, fonts, recipe_checker, site_checker, table, verapdf
from conformance.broken import EPUBS, PDFS, break_epub, break_pdf
from conformance.subjects import ROOT, Subject, epub_claims, subjects
from conformance.verdict import Failure, Verdict

Row = tuple[str, Verdict]

# What EPUBCheck only remarks. CSS-028: the style sheet names fonts, which an edition with fonts of its own is to do. HTM_055: the
# article has <rp>, for readers that know no ruby.
_EXPECTED_USAGES = frozenset({"CSS-028", "HTM_055"})


def _epubchecked(epubs: Iterable[Path]) -> dict[Path, Verdict]:
    found = {}
    for verdict in epubchecker.check(epubs):
        usages = [line for line in verdict.usages if not any(f" {code} " in line for code in _EXPECTED_USAGES)]
        failures = tuple(Failure("message", line) for line in (*verdict.messages, *usages))
        found[verdict.path] = Verdict(verdict.path, f"EPUBCheck {verdict.release}", f"{verdict.items} files", failures)
    return found


def _validated(paths: Sequence[Path]) -> dict[Path, list[Verdict]]:
    """Return the verdicts of every validator for each file; the three work side by side."""
    pdfs = [path for path in paths if path.suffix == ".pdf"]
    epubs = [path for path in paths if path.suffix == ".epub"]
    with ThreadPoolExecutor(2) as pool:
        of_pdfs = pool.submit(verapdf.check, pdfs)
        of_ace = pool.submit(ace_checker.check, epubs)
        checked = _epubchecked(epubs)  # in this thread, which starts its virtual machine
        verdicts = dict(of_pdfs.result())
        for epub, by_ace in zip(epubs, of_ace.result(), strict=True):
            verdicts[epub] = [checked[epub], by_ace]
    return verdicts


def _claims(subject: Subject, verdicts: Sequence[Verdict]) -> Verdict:
    """Return whether a handout claims what it has to; of a PDF veraPDF reads the claims, and tries them one by one."""
    if subject.path.suffix == ".epub":
        found = epub_claims(subject.path)
    else:
        found = tuple(verdict.validator.split(" ", 2)[2] for verdict in verdicts)
    failures = () if sorted(found) == sorted(subject.claims) else (Failure("claims", f"{list(found)}, not {list(subject.claims)}"),)
    return Verdict(subject.path, "its claims", ", ".join(found) or "none", failures)


def _rows(found: Sequence[Subject], verdicts: dict[Path, list[Verdict]]) -> list[Row]:
    return [
        (subject.label, verdict) for subject in found for verdict in (_claims(subject, verdicts[subject.path]), *verdicts[subject.path])
    ]


def _passed_though_broken(pdf: Path, epub: Path, folder: Path) -> list[str]:
    """Return what each validator should have found in a handout broken on purpose, and did not."""
    folder.mkdir()
    pairs = [(break_pdf(pdf, how, folder / f"{number}.pdf"), how) for number, how in enumerate(PDFS)]
    pairs += [(break_epub(epub, how, folder / f"{number}.epub"), how) for number, how in enumerate(EPUBS)]
    # Each only by those that are to see it: without a navigation document Ace breaks down.
    verdicts = verapdf.check([path for path, how in pairs if how in PDFS])
    for verdict in ace_checker.check([path for path, how in pairs if "Ace" in how.validators]):
        verdicts.setdefault(verdict.path, []).append(verdict)
    for path, verdict in _epubchecked([path for path, how in pairs if "EPUBCheck" in how.validators]).items():
        verdicts.setdefault(path, []).append(verdict)
    missed = []
    for path, how in pairs:
        print(f"broken on purpose: {path.suffix[1:]}, {how.name}")
        for validator in how.validators:
            by_it = [verdict for verdict in verdicts[path] if validator in verdict.validator]
            if not any(verdict.failures for verdict in by_it):
                missed.append(f"{validator} passes a handout that is broken on purpose: {how.name}")
            print("".join(f"    {verdict.validator}: {verdict.failures[0].rule} fails\n" for verdict in by_it if verdict.failures), end="")
    return missed


def main() -> int:
    """Build, validate, print, and return the exit code."""
    with tempfile.TemporaryDirectory(prefix="handbill-conformance-") as name:
        folder = Path(name)
        found = subjects(folder)
        rows = _rows(found, _validated([subject.path for subject in found]))
        rows += [("the shipped workflow", verdict) for verdict in recipe_checker.check(folder / "workflow")]
        rows += [("source, its catalogue", verdict) for verdict in site_checker.check(folder / "source", folder / "catalogue")]
        print("\n".join(table.lines(rows)), end="\n\n", flush=True)
        by_label = {subject.label: subject.path for subject in found}
        wrong = _passed_though_broken(by_label["torture/everything.pdf"], by_label["torture/everything.epub"], folder / "broken")
        wrong += fonts.differences(ROOT / "source", folder / "fonts")
    print("\n".join(("", *wrong)) if wrong else "\nwhatever fonts the machine has, the bytes are the same")
    failing = sum(len(verdict.failures) for _, verdict in rows)
    print(f"{len(found)} handouts, {len(rows)} verdicts, {failing} failures")
    return 0 if table.passes(rows) and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
