# ruff: noqa: T201 - a script, which prints
"""The conformance suite: handouts against the validators of their standards. `make conformance`, or `python -m conformance` in tests/.

Builds the publication of this repository, the test publications and the sample documents, and checks every handout with veraPDF, EPUBCheck
and Ace, and the catalogue with axe in a browser. Prints a table. Exits 1 where a validator finds a failure, a handout does not claim what
it should, a validator passes a handout that is broken on purpose, or the fonts of the machine change the bytes.
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

# Remarks of EPUBCheck that are no failures. CSS-028: the style sheet names fonts, as an edition with embedded fonts must. HTM_055: the
# article has <rp>, for reading systems without ruby.
_EXPECTED_USAGES = frozenset({"CSS-028", "HTM_055"})


def _epubcheck_verdicts(epubs: Iterable[Path]) -> dict[Path, Verdict]:
    found = {}
    for verdict in epubchecker.check(epubs):
        usages = [line for line in verdict.usages if not any(f" {code} " in line for code in _EXPECTED_USAGES)]
        failures = tuple(Failure("message", line) for line in (*verdict.messages, *usages))
        found[verdict.path] = Verdict(verdict.path, f"EPUBCheck {verdict.release}", f"{verdict.items} files", failures)
    return found


def _all_verdicts(paths: Sequence[Path]) -> dict[Path, list[Verdict]]:
    """Return the verdicts of every validator for each file; the three run in parallel."""
    pdfs = [path for path in paths if path.suffix == ".pdf"]
    epubs = [path for path in paths if path.suffix == ".epub"]
    with ThreadPoolExecutor(2) as pool:
        pdf_verdicts = pool.submit(verapdf.check, pdfs)
        ace_verdicts = pool.submit(ace_checker.check, epubs)
        checked = _epubcheck_verdicts(epubs)  # in this thread, which starts its virtual machine
        verdicts = dict(pdf_verdicts.result())
        for epub, ace_verdict in zip(epubs, ace_verdicts.result(), strict=True):
            verdicts[epub] = [checked[epub], ace_verdict]
    return verdicts


def _claims(subject: Subject, verdicts: Sequence[Verdict]) -> Verdict:
    """Return a verdict on the claims of a handout; those of a PDF are taken from veraPDF, which validates each."""
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


def _missed_defects(pdf: Path, epub: Path, folder: Path) -> list[str]:
    """Return a line for each validator that passes a handout broken on purpose."""
    folder.mkdir()
    pairs = [(break_pdf(pdf, how, folder / f"{number}.pdf"), how) for number, how in enumerate(PDFS)]
    pairs += [(break_epub(epub, how, folder / f"{number}.epub"), how) for number, how in enumerate(EPUBS)]
    # Each only by the validators that must see it: Ace crashes without a navigation document.
    verdicts = verapdf.check([path for path, how in pairs if how in PDFS])
    for verdict in ace_checker.check([path for path, how in pairs if "Ace" in how.validators]):
        verdicts.setdefault(verdict.path, []).append(verdict)
    for path, verdict in _epubcheck_verdicts([path for path, how in pairs if "EPUBCheck" in how.validators]).items():
        verdicts.setdefault(path, []).append(verdict)
    missed = []
    for path, how in pairs:
        print(f"broken on purpose: {path.suffix[1:]}, {how.name}")
        for validator in how.validators:
            own = [verdict for verdict in verdicts[path] if validator in verdict.validator]
            if not any(verdict.failures for verdict in own):
                missed.append(f"{validator} passes a handout that is broken on purpose: {how.name}")
            print("".join(f"    {verdict.validator}: {verdict.failures[0].rule} fails\n" for verdict in own if verdict.failures), end="")
    return missed


def main() -> int:
    """Build, validate, print, and return the exit code."""
    with tempfile.TemporaryDirectory(prefix="handbill-conformance-") as name:
        folder = Path(name)
        found = subjects(folder)
        rows = _rows(found, _all_verdicts([subject.path for subject in found]))
        rows += [("the shipped workflow", verdict) for verdict in recipe_checker.check(folder / "workflow")]
        rows += [("source, its catalogue", verdict) for verdict in site_checker.check(folder / "source", folder / "catalogue")]
        print("\n".join(table.lines(rows)), end="\n\n", flush=True)
        by_label = {subject.label: subject.path for subject in found}
        wrong = _missed_defects(by_label["torture/everything.pdf"], by_label["torture/everything.epub"], folder / "broken")
        wrong += fonts.differences(ROOT / "source", folder / "fonts")
    print("\n".join(("", *wrong)) if wrong else "\nwhatever fonts the machine has, the bytes are the same")
    failing = sum(len(verdict.failures) for _, verdict in rows)
    print(f"{len(found)} handouts, {len(rows)} verdicts, {failing} failures")
    return 0 if table.passes(rows) and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
