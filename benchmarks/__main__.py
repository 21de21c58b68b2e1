"""Run the benchmarks and write benchmarks/results.md: `python benchmarks [--rounds N] [--articles N] [ROW …]`."""

from __future__ import annotations

import argparse
import compileall
import datetime
import functools
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from statistics import median

import handbill.exporters
import psutil
from measuring import Cost
from peers import PANDOC, peers
from rows import HANDBILL, ROWS, Row

RESULTS = Path(__file__).parent / "results.md"


def _seconds(costs: list[Cost], part: str) -> str:
    values = sorted(getattr(cost, part) for cost in costs)
    return f"{median(values):.2f} ({values[0]:.2f} to {values[-1]:.2f})" if len(values) > 1 else f"{values[0]:.2f}"


def _ratio(ours: list[Cost], theirs: list[Cost], part: str) -> str:
    return f"{median(getattr(cost, part) for cost in ours) / median(getattr(cost, part) for cost in theirs):.2f}"


def _lines(row: Row) -> Iterator[str]:
    """Yield a table: medians of the counted runs with the least and the most, and handbill's share of each peer's medians."""
    yield f"\n### {row.title}\n"
    if row.costs:
        yield "| | wall, s | CPU, s | peak memory, MB | handbill's share, wall | CPU |"
        yield "|---|---|---|---|---|---|"
    ours = row.costs.get(HANDBILL, [])
    for name, costs in row.costs.items():
        memory = f"{row.memory[name] / 1e6:.0f}" if name in row.memory else ""
        shares = ("", "") if name == HANDBILL else (_ratio(ours, costs, "wall"), _ratio(ours, costs, "cpu"))
        yield f"| {name} | {_seconds(costs, 'wall')} | {_seconds(costs, 'cpu')} | {memory} | {shares[0]} | {shares[1]} |"
    if row.note:
        yield f"\n{row.note}"


def _machine() -> str:
    model = next((line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line), "?")
    cores, memory = len(os.sched_getaffinity(0)), psutil.virtual_memory().total / 1e9
    return f"{cores} cores of {model}, {memory:.0f} GB, Linux {platform.release()}, Python {platform.python_version()}"


def _versions(environment: Mapping[str, str]) -> str:
    pandoc = subprocess.run([PANDOC, "--version"], env={**os.environ, **environment}, capture_output=True, text=True, check=True).stdout
    packages = ", ".join(f"{name} {version(name)}" for name in ("weasyprint", "typst", "markdown", "handbill"))
    return f"{pandoc.splitlines()[0]}, {packages}"


def _compile() -> None:
    """Compile handbill as pip compiles what it installs, the peers among it: an editable install is not compiled."""
    for package in (handbill, handbill.exporters):
        for folder in package.__path__:
            compileall.compile_dir(folder, quiet=1)


def main() -> None:
    """Measure the requested rows, and write the results."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"{', '.join(ROWS)} (default: all but many, which takes an hour)")
    parser.add_argument("--rounds", type=int, default=9, help="counted runs of short rows; long ones have a third (default: 9)")
    parser.add_argument("--articles", type=int, default=10_000, help="how many articles the row many has (default: 10000)")
    parser.add_argument("--keep", type=Path, help="a folder for what is made, which stays")
    parser.add_argument("-o", "--output", type=Path, default=RESULTS, help="the file for the results")
    arguments = parser.parse_args()
    names = arguments.rows or [name for name in ROWS if name != "many"]
    _compile()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary)
        environment = peers(folder / "tools")[0].environment
        text = [
            "# Results of the benchmarks",
            "",
            f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}; {_machine()}; {_versions(environment)}.",
            "",
            "Whole processes, one after the other in turn (A B A B); medians of the counted runs, with the least and the most. CPU is",
            "that of all processes; memory the most that they held together, pages that they share counted once, in a run of its own.",
            "handbill's side holds its proof, its conformance and its manifest.",
        ]
        for name in names:
            rows = functools.partial(ROWS[name], articles=arguments.articles) if name == "many" else ROWS[name]
            for row in rows(folder, arguments.rounds):
                lines = list(_lines(row))
                sys.stdout.write("\n".join(lines) + "\n")
                sys.stdout.flush()
                text += lines
        arguments.output.write_text("\n".join(text) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
