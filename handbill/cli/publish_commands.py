"""Commands that verify and publish a build folder: `verify`, `publish`, `site`.

`site` publishes into a local folder; everything else about it is `publish`.
"""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from handbill.cli.build_commands import report_errors
from handbill.cli.options import (
    build_argument,
    diff_images_option,
    format_option,
    make_verification_settings,
    publishing_options,
    run_options,
    verification_options,
)

if TYPE_CHECKING:
    import datetime

    from handbill.rendering.verification import VerificationSettings
    from handbill.system.run_limits import RunLimits

__all__ = ["publish", "site", "verify"]


@click.command()
@build_argument
@verification_options
@run_options
@diff_images_option
@click.option("-q", "--quiet", is_flag=True, help="Print errors alone.")
@format_option
def verify(
    build: Path,
    workers: int | None,
    time_limit: float | None,
    memory_limit: int | None,
    run: RunLimits,
    diff_images: Path | None,
    quiet: bool,
    form: str,
) -> None:
    """Prove again, from the files and the manifest of BUILD, that each handout has its disclaimer."""
    from handbill.cli import terminal, text_and_json
    from handbill.diagnostics.errors import ProofError
    from handbill.rendering.image_files import write_image_differences
    from handbill.rendering.verification import verify_build
    from handbill.system.run_limits import RunMeter, end_with_error

    with report_errors(form, "verify"), end_with_error(RunMeter(run)):
        settings = make_verification_settings(workers, time_limit, memory_limit, run)
        rows = verify_build(build, dataclasses.replace(settings, images=diff_images is not None))
        if diff_images is not None:
            rows = [
                dataclasses.replace(row, problems=write_image_differences(diff_images, row.file, row.images, row.problems)) for row in rows
            ]
    problems = [one for row in rows for one in row.problems]
    code = ProofError.exit_code if problems else 0
    if form == "json":
        terminal.print_document(text_and_json.verification_json(rows, code))
    elif form != "text":
        from handbill.cli.ci_formats import Case, format_report

        cases = [Case(row.file, "; ".join(one.message for one in row.problems)) for row in rows]
        terminal.print_document(format_report(form, "verify", cases, problems))
    elif not quiet:
        for row in rows:
            if row.proof is not None and not row.problems:
                terminal.print_data(text_and_json.verified_line(build, row))
    terminal.print_diagnostics(problems)
    sys.exit(code)


@click.command()
@build_argument
@click.argument("target")
@publishing_options
@verification_options
@run_options
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
    workers: int | None,
    time_limit: float | None,
    memory_limit: int | None,
    run: RunLimits,
    **others: bool,
) -> None:
    """Publish the handouts of BUILD, with their catalogue, at TARGET: a folder, or an address such as s3://bucket or sftp://host/folder.

    Every handout is proven first; if one fails, nothing is sent. What has not changed is not sent again.
    """
    verification = make_verification_settings(workers, time_limit, memory_limit, run)
    lasting = {} if lease is None else {"lease": lease}
    settings = {"base_url": base_url, "keep": keep_versions, "dry_run": dry_run, **lasting, **others}
    _publish(build, target, today, verification, quiet=quiet, **settings)


@click.command()
@build_argument
@click.option("-o", "--output", default="site", type=click.Path(file_okay=False), help="The folder for the site (default: site).")
@publishing_options
@verification_options
@run_options
def site(
    build: Path,
    output: str,
    base_url: str,
    keep_versions: int,
    today: datetime.datetime | None,
    quiet: bool,
    workers: int | None,
    time_limit: float | None,
    memory_limit: int | None,
    run: RunLimits,
    **others: bool,
) -> None:
    """Write the catalogue of BUILD's handouts into a folder: web pages and feeds, with the handouts. The same as publishing there."""
    verification = make_verification_settings(workers, time_limit, memory_limit, run)
    _publish(build, output, today, verification, quiet=quiet, base_url=base_url, keep=keep_versions, **others)


def _publish(
    build: Path, address: str, today: datetime.datetime | None, verification: VerificationSettings, *, quiet: bool, **others: Any
) -> None:
    """Publish a build folder; `others` are the other fields of PublishSettings. Without `--today` changes are dated by the clock."""
    import datetime

    from handbill.cli import terminal, text_and_json
    from handbill.publishing.publish import PublishSettings, publish
    from handbill.publishing.target import open_target
    from handbill.system.run_limits import RunMeter, end_with_error

    now = today.replace(tzinfo=datetime.UTC) if today else datetime.datetime.now(datetime.UTC)
    settings = PublishSettings(now, verification=verification, **others)
    with end_with_error(RunMeter(verification.run)):
        outcome = publish(build, open_target(address), settings)
    if not quiet:
        terminal.print_data(text_and_json.publishing_lines(outcome, dry_run=settings.dry_run))
