"""The command line: arguments in, messages and exit codes out; the work is done elsewhere."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from handbill import __version__

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterator, Sequence

    from handbill.builder.report import Report
    from handbill.builder.request import Request
    from handbill.linkcheck.networks import Network

__all__ = ["main"]

INTERRUPTED = 130
_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(context_settings=_CONTEXT)
@click.version_option(__version__, prog_name="handbill")
def cli() -> None:
    r"""Turn one Markdown article into handouts, each with its disclaimer page, and prove that the page is there.

    \b
    Exit codes: 0 done, 1 a defect of handbill, 2 usage, 3 the source, 4 the configuration, 5 an exporter,
    6 the proof, 7 publishing, 8 the machine, 130 interrupted.
    """
    if sys.getfilesystemencoding() != "utf-8":
        from handbill.contract import Diagnostic, Severity
        from handbill.diagnostics.errors import MachineError

        message = f"names of files are in {sys.getfilesystemencoding()} here, which cannot tell those of a publication"
        raise MachineError(Diagnostic(Severity.ERROR, "locale", message, hint="set PYTHONUTF8=1, or LC_ALL=C.UTF-8"))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit. Expected errors are messages; what nobody foresaw keeps its traceback."""
    try:
        sys.exit(cli.main(args=None if arguments is None else list(arguments), prog_name="handbill", standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(_interrupted())
    except Exception as error:
        # Until Python 3.12 what goes wrong while a dataclass is made comes as a RuntimeError: an interrupt too.
        sys.exit(_interrupted() if isinstance(error.__cause__, KeyboardInterrupt) else _report(error))


def _interrupted() -> int:
    click.echo("handbill: interrupted", err=True)
    return INTERRUPTED


def _report(error: Exception) -> int:
    """Print what stopped a command and return the exit code."""
    from handbill.cli import terminal
    from handbill.contract import Diagnostic, Severity
    from handbill.diagnostics.errors import HandbillError, MachineError

    if isinstance(error, OSError) and error.strerror:
        what = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
        error = MachineError(Diagnostic(Severity.ERROR, "machine", what, hint="look at the file's owner and rights, and the disk's space"))
    if isinstance(error, HandbillError):
        terminal.show(error.diagnostics)
        return error.exit_code
    terminal.message("".join(traceback.format_exception(error)))
    terminal.message("handbill: this is a defect of handbill: please report it, with the lines above")
    return 1


def _settings(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[Any, ...]:
    import re

    from handbill.publication.settings import Setting

    settings = []
    for text in values:
        found = re.fullmatch(r"([^.=]+)\.([^=]+)=(.*)", text)
        if not found:
            raise click.BadParameter(f"{text!r} is not EDITION.KEY=VALUE", context, parameter)
        settings.append(Setting(found[1], found[2].replace("_", "-"), found[3]))
    return tuple(settings)


def _shard(context: click.Context, parameter: click.Parameter, value: str) -> tuple[int, int]:
    import re

    found = re.fullmatch(r"([1-9]\d{0,5})/([1-9]\d{0,5})", value)
    if not found or int(found[1]) > int(found[2]):
        raise click.BadParameter(f"{value!r} is not K/N, such as 2/5", context, parameter)
    return int(found[1]), int(found[2])


def _networks(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[Network, ...]:
    import ipaddress

    try:
        return tuple(map(ipaddress.ip_network, values))
    except ValueError as error:
        raise click.BadParameter(f"{error}: a network is written as 10.0.0.0/8", context, parameter) from None


def _address(context: click.Context, parameter: click.Parameter, value: str | None) -> str:
    from handbill.publication.settings import is_address

    if value is not None and not is_address(value):
        raise click.BadParameter(f"{value!r} is no address on the web, such as https://example.org/handouts/", context, parameter)
    return (value or "").strip()


_build = click.argument("build", default="build", type=click.Path(path_type=Path, exists=True, file_okay=False))
_source = click.argument("source", default="source", type=click.Path(path_type=Path, readable=False))
_output = click.option(
    "-o", "--output", "output", default="build", type=click.Path(path_type=Path, file_okay=False), help="The folder for handouts."
)
_jobs = click.option(
    "-j", "--jobs", "workers", type=click.IntRange(1, 256), default=None, help="Worker processes (default: one per processor)."
)


_form = click.option(
    "--output-format",
    "form",
    type=click.Choice(["text", "json", "github", "gitlab", "sarif", "junit"]),
    default="text",
    help="How what was found is printed on stdout: for people, or for another program.",
)


def _asking(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say what is asked for, which `build` and `check` share."""
    for option in reversed(
        (
            click.option("-t", "--edition", "editions", multiple=True, metavar="EDITION", help="Only this edition (may be repeated)."),
            click.option(
                "--set",
                "settings",
                multiple=True,
                metavar="EDITION.KEY=VALUE",
                callback=_settings,
                help="An edition's option, for this run.",
            ),
            click.option(
                "--disclaimer",
                type=click.Path(path_type=Path, exists=True, dir_okay=False),
                help="The disclaimer of all articles, instead of their own.",
            ),
            click.option("--strict", is_flag=True, help="Make warnings errors."),
            click.option(
                "--today", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The day to go by (default: the clock's, in UTC)."
            ),
            click.option("-q", "--quiet", is_flag=True, help="Print errors alone."),
            click.option("-v", "--verbose", is_flag=True, help="Print notes too."),
        )
    ):
        command = option(command)
    return command


def _request(
    source: Path, build: Path, editions: Any, settings: Any, disclaimer: Path | None, today: datetime.datetime | None, **others: Any
) -> Request:
    import datetime

    from handbill.builder.request import Request

    day = (today or datetime.datetime.now(datetime.UTC)).date()
    return Request(source, build, day, dict(os.environ), editions, settings, disclaimer, **others)


@cli.command()
@_source
@_output
@_asking
@click.option("--force", is_flag=True, help="Build unchanged handouts too.")
@_jobs
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
@click.option("--executor", default="local", metavar="local|dask:ADDRESS", help="Where handouts are made (default: local).")
@click.option("--shard", default="1/1", metavar="K/N", callback=_shard, help="Only the K-th of N shares of the articles; see merge.")
@click.option("--json", "as_json", is_flag=True, help="The same as --output-format json.")
@_form
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
    workers: int | None,
    time_limit: float | None,
    memory_limit: int | None,
    executor: str,
    shard: tuple[int, int],
    as_json: bool,
    form: str,
) -> None:
    """Build the handouts of SOURCE, a publication or one Markdown file."""
    from handbill.builder import build as pipeline
    from handbill.cli import terminal

    if executor != "local" and (time_limit or memory_limit):
        raise click.UsageError("--time-limit and --memory-limit are for workers here: a cluster has its own.")
    workers = workers or len(os.sched_getaffinity(0))
    memory = memory_limit * 1_000_000 if memory_limit else None
    how = {"workers": workers, "seconds": time_limit, "memory": memory, "executor": executor, "shard": shard}
    request = _request(source, output, editions, settings, disclaimer, today, strict=strict, force=force, **how)
    with _told(form := "json" if as_json else form, "build"), terminal.progress(quiet=quiet) as step:
        report = pipeline.build(request, step)
    _finish("build", report, form, quiet=quiet, verbose=verbose)


@contextlib.contextmanager
def _told(form: str, command: str) -> Iterator[None]:
    """Report an error that ends a run before it begins in the form that was asked for, too."""
    from handbill.builder.report import of_error
    from handbill.diagnostics.errors import HandbillError

    try:
        yield
    except HandbillError as error:
        if form == "text":
            raise
        _finish(command, of_error(error), form, quiet=False, verbose=True)


def _finish(command: str, report: Report, form: str, *, quiet: bool, verbose: bool) -> NoReturn:
    """Print what a run has to say and end with its exit code."""
    from handbill.cli import tables, terminal

    terminal.show(report.diagnostics, quiet=quiet, verbose=verbose)
    for text in report.tracebacks:
        terminal.message(text)
    if form == "json":
        terminal.data(tables.as_json(report))
    elif form != "text":
        from handbill.cli.report_formats import Case, report_in

        cases = [Case(row.file, "it was not built" if row.state == "failed" else "") for row in report.rows]
        terminal.data(report_in(form, command, cases, report.diagnostics))
    elif command == "build" and not quiet:
        terminal.data(tables.as_table(report))
    elif command == "check" and not quiet and (table := tables.of_articles(report)):
        terminal.data(table)
    sys.exit(report.exit_code)


@cli.command()
@_source
@_output
@click.option("-t", "--edition", "editions", multiple=True, metavar="EDITION", help="Only this edition (may be repeated).")
@click.option("--disclaimer", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="The disclaimer of all articles.")
@_jobs
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The preview's port on this machine (default: any that is free).")
@click.option("--open", "open_browser", is_flag=True, help="Show the preview in the browser.")
def watch(
    source: Path, output: Path, editions: tuple[str, ...], disclaimer: Path | None, workers: int | None, port: int, open_browser: bool
) -> None:
    """Build SOURCE whenever it changes, and show the handouts side by side on a page that reloads."""
    from handbill.cli import terminal
    from handbill.preview.latest import Board, Shown
    from handbill.preview.loop import watch as watching
    from handbill.preview.server import serve
    from handbill.preview.watcher import changes, watched_of
    from handbill.rendering.pool import Pool

    def told(report: Report, shown: Shown) -> None:
        terminal.show(report.diagnostics, verbose=False)
        for text in report.tracebacks:
            terminal.message(text)
        built = sum(1 for row in report.rows if row.state == "built")
        terminal.message(f"build {shown.number}: {built} handout{'' if built == 1 else 's'} in {shown.seconds:.2f} s")

    board, pool = Board(), Pool(workers or len(os.sched_getaffinity(0)))
    with (
        contextlib.closing(pool),
        contextlib.closing(changes(watched_of(source, output, disclaimer))) as changed,
        serve(output, board, port) as address,
    ):
        terminal.data(address)
        sys.stdout.flush()
        if open_browser:
            click.launch(address)
        watching(lambda: _request(source, output, editions, (), disclaimer, None), changed, board, pool, told)


@cli.command()
@click.argument("builds", metavar="BUILD...", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("-o", "--output", default="build", type=click.Path(path_type=Path, file_okay=False), help="The folder for all handouts.")
@click.option("-q", "--quiet", is_flag=True, help="Print errors alone.")
def merge(builds: tuple[Path, ...], output: Path, quiet: bool) -> None:
    """Put the handouts of several BUILD folders, which --shard made, into one folder with one manifest."""
    from handbill.builder.merge import merge as merged
    from handbill.cli import terminal

    found = merged(builds, output)
    if not quiet:
        terminal.data(f"{len(found)} handouts in {output}")


@cli.command()
@_source
@_asking
@click.option("--online", is_flag=True, help="Ask the web whether what is linked to is there.")
@click.option(
    "--allow-network",
    "networks",
    multiple=True,
    metavar="NETWORK",
    callback=_networks,
    help="With --online: ask hosts of this network too, such as 10.0.0.0/8, though it is not public (may be repeated).",
)
@click.option("--fix", "mending", is_flag=True, help="First mend in SOURCE what can be mended without a change to any handout.")
@_form
def check(
    source: Path,
    editions: Any,
    settings: Any,
    disclaimer: Path | None,
    today: datetime.datetime | None,
    strict: bool,
    quiet: bool,
    verbose: bool,
    mending: bool,
    online: bool,
    networks: tuple[Network, ...],
    form: str,
) -> None:
    """Check SOURCE as a build would, and build nothing."""
    from handbill.builder import build as pipeline
    from handbill.cli import terminal

    request = _request(source, Path(os.devnull), editions, settings, disclaimer, today, strict=strict)
    with _told(form, "check"):
        ask = None
        if online:
            from handbill.linkcheck.check import asker
            from handbill.linkcheck.fetch import Limits
            from handbill.linkcheck.networks import Networks

            ask = asker(Networks(networks), Limits())
        mended = []
        if mending:
            from handbill.reader.fixing import fix

            mended = fix(request)
            terminal.show_mended(mended, quiet=quiet)
        report = pipeline.check(request, ask)
        report.mended.extend(mended)
    _finish("check", report, form, quiet=quiet, verbose=verbose)


@cli.command()
@_build
@click.option("-q", "--quiet", is_flag=True, help="Print errors alone.")
@_form
def verify(build: Path, quiet: bool, form: str) -> None:
    """Prove again, from the files and the manifest of BUILD, that each handout has its disclaimer."""
    from handbill.cli import tables, terminal
    from handbill.diagnostics.errors import ProofError
    from handbill.proof.verify import verify as verified

    with _told(form, "verify"):
        found = verified(build)
    problems = [one for row in found for one in row.problems]
    code = ProofError.exit_code if problems else 0
    if form == "json":
        terminal.data(tables.of_verifying(found, code))
    elif form != "text":
        from handbill.cli.report_formats import Case, report_in

        cases = [Case(row.file, "; ".join(one.message for one in row.problems)) for row in found]
        terminal.data(report_in(form, "verify", cases, problems))
    elif not quiet:
        for row in found:
            if row.proof is not None and not row.problems:
                terminal.data(tables.as_line(build, row))
    terminal.show(problems)
    sys.exit(code)


def _publishing(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that `publish` and `site` share."""
    for option in reversed(
        (
            click.option(
                "--base-url",
                default=None,
                metavar="URL",
                callback=_address,
                help="Where readers find it (default: base-url of publication.toml).",
            ),
            click.option("--keep-versions", type=click.IntRange(1), default=1, help="How many versions of each handout stay (default: 1)."),
            click.option("--today", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The day to date changes with (default: now)."),
            click.option("--adopt", is_flag=True, help="Overwrite files that are there and that handbill did not put there."),
            click.option("--replace", is_flag=True, help="Withdraw another publication that is there, or this one under its former title."),
            click.option(
                "--repair", is_flag=True, help="Read back all that was published there; send again what is missing or was changed."
            ),
            click.option("-q", "--quiet", is_flag=True, help="Print errors alone."),
        )
    ):
        command = option(command)
    return command


@cli.command()
@_build
@click.argument("target")
@_publishing
@click.option("--dry-run", is_flag=True, help="Print what would be sent and deleted, and do nothing.")
@click.option(
    "--lease", type=click.FloatRange(1), default=None, metavar="SECONDS", help="How long a run that dies keeps others out (default: 120)."
)
def publish(
    build: Path,
    target: str,
    base_url: str,
    keep_versions: int,
    today: datetime.datetime | None,
    quiet: bool,
    dry_run: bool,
    lease: float | None,
    **how: bool,
) -> None:
    """Publish the handouts of BUILD, with their catalogue, at TARGET: a folder, or an address such as s3://bucket or sftp://host/folder.

    Every handout is proven first; if one fails, nothing is sent. What has not changed is not sent again.
    """
    _published(build, target, base_url, keep_versions, today, quiet=quiet, dry_run=dry_run, lease=lease, **how)


@cli.command()
@_build
@click.option("-o", "--output", default="site", type=click.Path(file_okay=False), help="The folder for the site (default: site).")
@_publishing
def site(build: Path, output: str, base_url: str, keep_versions: int, today: datetime.datetime | None, quiet: bool, **how: bool) -> None:
    """Write the catalogue of BUILD's handouts into a folder: web pages and feeds, with the handouts. The same as publishing there."""
    _published(build, output, base_url, keep_versions, today, quiet=quiet, dry_run=False, lease=None, **how)


def _published(
    build: Path,
    address: str,
    base_url: str,
    keep: int,
    today: datetime.datetime | None,
    *,
    quiet: bool,
    dry_run: bool,
    lease: float | None,
    adopt: bool,
    replace: bool,
    repair: bool,
) -> None:
    import datetime

    from handbill.cli import tables, terminal
    from handbill.publishing.lease import SECONDS
    from handbill.publishing.publish import Settings, publish
    from handbill.publishing.target import open_target

    now = today.replace(tzinfo=datetime.UTC) if today else datetime.datetime.now(datetime.UTC)
    settings = Settings(now, base_url, keep, dry_run, adopt, replace, repair, lease or SECONDS)
    outcome = publish(build, open_target(address), settings)
    if not quiet:
        terminal.data(tables.of_publishing(outcome, dry_run=dry_run))


@cli.command()
def exporters() -> None:
    """List the exporters that are installed, with their options."""
    from handbill.cli import tables, terminal
    from handbill.diagnostics.errors import ConfigurationError

    broken, text = tables.exporters()
    terminal.data(text)
    sys.exit(ConfigurationError.exit_code if broken else 0)


@cli.command()
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--ci", type=click.Choice(["github", "gitlab"]), help="Write a recipe for scheduled publishing too, below the current folder."
)
def init(directory: Path, ci: str | None) -> None:
    """Write a new publication, one that builds, into DIRECTORY.

    Where there is one already, --ci writes its recipe alone.
    """
    from handbill.cli import terminal
    from handbill.cli.scaffold import write, write_recipe
    from handbill.publication.settings import FILE

    if ci is None or not (directory / FILE).is_file():
        for file in write(directory):
            terminal.data(str(file))
    if ci is not None:
        terminal.data(str(write_recipe(ci, directory)))
    terminal.message(f"\nNow: handbill build {directory}")


@cli.command()
def doctor() -> None:
    """Tell what this machine lacks, and the command that gets it."""
    from handbill.cli import terminal
    from handbill.cli.doctor import examine
    from handbill.diagnostics.errors import MachineError

    lacking = False
    for finding in examine():
        mark = click.style("ok  ", fg="green") if finding.fine else click.style("lack" if finding.needed else "note", fg="red", bold=True)
        terminal.data(f"{mark} {finding.what}: {finding.state}")
        if finding.command:
            terminal.data(f"     {finding.command}")
        lacking |= finding.needed and not finding.fine
    sys.exit(MachineError.exit_code if lacking else 0)


@cli.command()
def schema() -> None:
    """Print the JSON Schema of publication.toml, for editors that complete and check it."""
    import json

    from handbill import registry
    from handbill.cli import terminal
    from handbill.publication.schema import schema as described

    known = registry.registrations()
    terminal.data(json.dumps(described(registry.load(name, known) for name in known), indent=2, ensure_ascii=False))


_SHELLS = {"bash": "~/.bashrc", "zsh": "~/.zshrc", "fish": "~/.config/fish/completions/handbill.fish"}


@cli.command()
@click.argument("shell", type=click.Choice(sorted(_SHELLS)))
def completion(shell: str) -> None:
    """Print the completion script of a shell (bash, zsh, fish)."""
    from click.shell_completion import get_completion_class

    from handbill.cli import terminal

    kind = get_completion_class(shell)
    assert kind is not None
    terminal.data(kind(cli, {}, "handbill", "_HANDBILL_COMPLETE").source())
