"""Commands that build and check: `build`, `watch`, `merge`, `check`.

Each makes a request of its arguments, hands it to `builder` or `preview`, prints the report, and exits with its exit code.
"""

from __future__ import annotations

import contextlib
import functools
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from handbill.cli.options import (
    diff_images_option,
    format_option,
    jobs_option,
    make_request,
    output_option,
    overwrite_option,
    parse_networks,
    parse_shard,
    request_options,
    run_options,
    source_argument,
)

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator

    from handbill.builder.report import Report
    from handbill.linkcheck.networks import Network
    from handbill.preview.latest_build import Snapshot
    from handbill.system.run_limits import RunLimits

__all__ = ["build", "check", "merge", "report_errors", "watch"]


@click.command()
@source_argument
@output_option
@request_options
@click.option("--force", is_flag=True, help="Build unchanged handouts too.")
@overwrite_option
@jobs_option
@click.option(
    "--time-limit",
    type=click.FloatRange(1),
    default=None,
    metavar="SECONDS",
    help="How long one handout may take (default: as bounds in publication.toml say, or 900).",
)
@click.option(
    "--memory-limit",
    type=click.IntRange(256),
    default=None,
    metavar="MEGABYTES",
    help="How much memory one may take (default: as bounds in publication.toml say, or 8192).",
)
@run_options
@click.option("--executor", default="local", metavar="local|dask:ADDRESS", help="Where handouts are made (default: local).")
@click.option("--shard", default="1/1", metavar="K/N", callback=parse_shard, help="Only the K-th of N shares of the articles; see merge.")
@diff_images_option
@click.option("--json", "as_json", is_flag=True, help="The same as --output-format json.")
@format_option
def build(
    source: Path,
    output: Path,
    editions: Any,
    settings: Any,
    disclaimer: Path | None,
    today: datetime.datetime | None,
    strict: bool,
    quiet: bool,
    verbose: bool,
    force: bool,
    overwrite: tuple[str, ...],
    workers: int | None,
    time_limit: float | None,
    memory_limit: int | None,
    run: RunLimits,
    executor: str,
    shard: tuple[int, int],
    diff_images: Path | None,
    as_json: bool,
    form: str,
) -> None:
    """Build the handouts of SOURCE, a publication or one Markdown file."""
    from handbill.builder.build import build as build_handouts
    from handbill.cli import terminal

    if executor != "local" and (time_limit or memory_limit):
        raise click.UsageError("--time-limit and --memory-limit are for workers here: a cluster has its own.")
    workers = workers or len(os.sched_getaffinity(0))
    memory = memory_limit * 1_000_000 if memory_limit else None
    others: dict[str, Any] = {"workers": workers, "seconds": time_limit, "memory": memory, "executor": executor, "shard": shard, "run": run}
    others |= {"editions": editions, "settings": settings, "disclaimer": disclaimer}
    others |= {"strict": strict, "force": force, "overwrite": overwrite, "diff_images": diff_images}
    request = make_request(source, output, today, **others)
    with report_errors(form := "json" if as_json else form, "build"), terminal.progress(quiet=quiet) as step:
        report = build_handouts(request, step)
    print_report_and_exit("build", report, form, quiet=quiet, verbose=verbose)


@contextlib.contextmanager
def report_errors(form: str, command: str) -> Iterator[None]:
    """Report a HandbillError that ends the block in a form for programs, and exit; in the form `text` let it pass to `main`."""
    from handbill.builder.report import report_of_error
    from handbill.diagnostics.errors import HandbillError

    try:
        yield
    except HandbillError as error:
        if form == "text":
            raise
        print_report_and_exit(command, report_of_error(error), form, quiet=False, verbose=True)


def print_report_and_exit(command: str, report: Report, form: str, *, quiet: bool, verbose: bool) -> NoReturn:
    """Print a report in a form (`--output-format`) and exit with its exit code."""
    from handbill.cli import terminal, text_and_json

    terminal.print_diagnostics(report.diagnostics, quiet=quiet, verbose=verbose)
    for text in report.tracebacks:
        terminal.print_message(text)
    if form == "json":
        terminal.print_document(text_and_json.report_json(report))
    elif form != "text":
        from handbill.cli.ci_formats import Case, format_report

        cases = [Case(row.file, "it was not built" if row.state == "failed" else "") for row in report.rows]
        terminal.print_document(format_report(form, command, cases, report.diagnostics))
    elif command == "build" and not quiet:
        terminal.print_data(text_and_json.handout_table(report))
    elif command == "check" and not quiet and (table := text_and_json.readability_table(report)):
        terminal.print_data(table)
    sys.exit(report.exit_code)


@click.command()
@source_argument
@output_option
@click.option("-t", "--edition", "editions", multiple=True, metavar="EDITION", help="Only this edition (may be repeated).")
@click.option("--disclaimer", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="The disclaimer of all articles.")
@jobs_option
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The preview's port on this machine (default: any that is free).")
@click.option("--open", "open_browser", is_flag=True, help="Show the preview in the browser.")
def watch(
    source: Path, output: Path, editions: tuple[str, ...], disclaimer: Path | None, workers: int | None, port: int, open_browser: bool
) -> None:
    """Build SOURCE whenever it changes, and show the handouts side by side on a page that reloads."""
    from handbill.cli import terminal
    from handbill.preview.latest_build import LatestBuild
    from handbill.preview.loop import watch as run_preview
    from handbill.preview.server import serve
    from handbill.preview.watcher import changes, find_watched_paths
    from handbill.rendering.pool import Pool

    def print_outcome(report: Report, snapshot: Snapshot) -> None:
        terminal.print_diagnostics(report.diagnostics, verbose=False)
        for text in report.tracebacks:
            terminal.print_message(text)
        built = sum(1 for row in report.rows if row.state == "built")
        terminal.print_message(f"build {snapshot.number}: {built} handout{'' if built == 1 else 's'} in {snapshot.seconds:.2f} s")

    latest, pool = LatestBuild(), Pool(workers or len(os.sched_getaffinity(0)))
    with (
        contextlib.closing(pool),
        contextlib.closing(changes(find_watched_paths(source, output, disclaimer))) as changed,
        serve(output, latest, port) as address,
    ):
        terminal.print_data(address)
        sys.stdout.flush()
        if open_browser:
            click.launch(address)
        run_preview(
            lambda: make_request(source, output, None, editions=editions, disclaimer=disclaimer), changed, latest, pool, print_outcome
        )


@click.command()
@click.argument("builds", metavar="BUILD...", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("-o", "--output", default="build", type=click.Path(path_type=Path, file_okay=False), help="The folder for all handouts.")
@overwrite_option
@click.option("-q", "--quiet", is_flag=True, help="Print errors alone.")
@run_options
def merge(builds: tuple[Path, ...], output: Path, overwrite: tuple[str, ...], quiet: bool, run: RunLimits) -> None:
    """Put the handouts of several BUILD folders, which --shard made, into one folder with one manifest."""
    from handbill.builder.merge import merge as merge_builds
    from handbill.cli import terminal
    from handbill.diagnostics.escaping import escape_part

    handouts = merge_builds(builds, output, overwrite, run)
    if not quiet:
        terminal.print_data(f"{len(handouts)} handouts in {escape_part(str(output))}")


@click.command()
@source_argument
@request_options
@run_options
@click.option("--online", is_flag=True, help="Ask the web whether what is linked to is there.")
@click.option(
    "--allow-network",
    "networks",
    multiple=True,
    metavar="NETWORK",
    callback=parse_networks,
    help="With --online: ask hosts of this network too, such as 10.0.0.0/8, though it is not public (may be repeated).",
)
@click.option("--fix", "fixing", is_flag=True, help="First mend in SOURCE what can be mended without a change to any handout.")
@format_option
def check(
    source: Path,
    editions: Any,
    settings: Any,
    disclaimer: Path | None,
    today: datetime.datetime | None,
    strict: bool,
    quiet: bool,
    verbose: bool,
    fixing: bool,
    online: bool,
    networks: tuple[Network, ...],
    form: str,
    run: RunLimits,
) -> None:
    """Check SOURCE as a build would, and build nothing."""
    from handbill.builder.check import check as check_articles
    from handbill.cli import terminal

    others = {"editions": editions, "settings": settings, "disclaimer": disclaimer, "strict": strict, "run": run}
    request = make_request(source, Path(os.devnull), today, **others)
    with report_errors(form, "check"):
        check_links = None
        if online:
            from handbill.linkcheck.check import link_requester
            from handbill.linkcheck.fetch import RequestLimits
            from handbill.linkcheck.findings import link_diagnostics
            from handbill.linkcheck.networks import Networks

            ask = link_requester(Networks(networks), RequestLimits())
            check_links = functools.partial(link_diagnostics, ask=ask)
        fixed = []
        if fixing:
            from handbill.builder.plan import make_plan
            from handbill.reader.source_fixes import fix

            fixed = fix(make_plan(request).opened, request.disclaimer)
            terminal.print_fixes(fixed, quiet=quiet)
        report = check_articles(request, check_links)
        report.fixed.extend(fixed)
    print_report_and_exit("check", report, form, quiet=quiet, verbose=verbose)
