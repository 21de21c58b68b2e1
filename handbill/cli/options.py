"""Arguments and options that several commands share, and the functions that parse their values.

A callback returns the parsed value, or raises click.BadParameter, which ends the command with exit code 2.
"""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable

    from handbill.builder.request import Request
    from handbill.linkcheck.networks import Network
    from handbill.rendering.verification import VerificationSettings
    from handbill.system.run_limits import RunLimits

__all__ = [
    "build_argument",
    "diff_images_option",
    "format_option",
    "jobs_option",
    "make_request",
    "make_verification_settings",
    "output_option",
    "overwrite_option",
    "parse_networks",
    "parse_shard",
    "publishing_options",
    "request_options",
    "run_options",
    "source_argument",
    "verification_options",
]


def _parse_settings(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[Any, ...]:
    """Return the settings of `--set EDITION.KEY=VALUE`. Raises click.BadParameter."""
    import re

    from handbill.publication.settings import OptionOverride

    settings = []
    for text in values:
        found = re.fullmatch(r"([^.=]+)\.([^=]+)=(.*)", text)
        if not found:
            raise click.BadParameter(f"{text!r} is not EDITION.KEY=VALUE", context, parameter)
        settings.append(OptionOverride(found[1], found[2].replace("_", "-"), found[3]))
    return tuple(settings)


def parse_shard(context: click.Context, parameter: click.Parameter, value: str) -> tuple[int, int]:
    """Return K and N of `--shard K/N`, where 1 <= K <= N. Raises click.BadParameter."""
    import re

    found = re.fullmatch(r"([1-9]\d{0,5})/([1-9]\d{0,5})", value)
    if not found or int(found[1]) > int(found[2]):
        raise click.BadParameter(f"{value!r} is not K/N, such as 2/5", context, parameter)
    return int(found[1]), int(found[2])


def parse_networks(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[Network, ...]:
    """Return the networks of `--allow-network`. Raises click.BadParameter."""
    import ipaddress

    try:
        return tuple(map(ipaddress.ip_network, values))
    except ValueError as error:
        raise click.BadParameter(f"{error}: a network is written as 10.0.0.0/8", context, parameter) from None


def _parse_address(context: click.Context, parameter: click.Parameter, value: str | None) -> str:
    """Return the address of `--base-url`, "" where it was not given. Raises click.BadParameter."""
    from handbill.publication.parser import is_address

    if value is not None and not is_address(value):
        raise click.BadParameter(f"{value!r} is no address on the web, such as https://example.org/handouts/", context, parameter)
    return (value or "").strip()


build_argument = click.argument("build", default="build", type=click.Path(path_type=Path, exists=True, file_okay=False))


source_argument = click.argument("source", default="source", type=click.Path(path_type=Path, readable=False))


output_option = click.option(
    "-o", "--output", "output", default="build", type=click.Path(path_type=Path, file_okay=False), help="The folder for handouts."
)


jobs_option = click.option(
    "-j", "--jobs", "workers", type=click.IntRange(1, 256), default=None, help="Worker processes (default: one per processor)."
)


overwrite_option = click.option(
    "--overwrite",
    multiple=True,
    metavar="FILE",
    help="Replace this file below the output folder, though handbill did not write it or it was changed since (may be repeated).",
)


diff_images_option = click.option(
    "--diff-images",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    metavar="DIR",
    help="Write pictures of what differs from the sealed page into this folder.",
)


format_option = click.option(
    "--output-format",
    "form",
    type=click.Choice(["text", "json", "github", "gitlab", "sarif", "junit"]),
    default="text",
    help="How what was found is printed on stdout: for people, or for another program.",
)


def request_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that `build` and `check` share."""
    for option in reversed(
        (
            click.option("-t", "--edition", "editions", multiple=True, metavar="EDITION", help="Only this edition (may be repeated)."),
            click.option(
                "--set",
                "settings",
                multiple=True,
                metavar="EDITION.KEY=VALUE",
                callback=_parse_settings,
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


def make_request(source: Path, build: Path, today: datetime.datetime | None, **others: Any) -> Request:
    """Return the request of a command line; `others` are its other fields. Without `--today` its day is that of the clock, in UTC."""
    import datetime

    from handbill.builder.request import Request

    day = (today or datetime.datetime.now(datetime.UTC)).date()
    return Request(source, build, day, dict(os.environ), **others)


def run_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the limits of a whole run, and hand them over as one argument `run`, a RunLimits."""

    @functools.wraps(command)
    def with_limits(*arguments: Any, run_handouts: int | None, run_seconds: float | None, run_megabytes: int | None, **others: Any) -> None:
        from handbill.system.run_limits import RunLimits

        command(*arguments, run=RunLimits(run_handouts, run_seconds, run_megabytes), **others)

    for name, kind, metavar, text in (
        ("--run-megabytes", click.IntRange(1), "MEGABYTES", "How much the run may write (default: 100000)."),
        ("--run-seconds", click.FloatRange(1), "SECONDS", "How long the run may take (default: 86400)."),
        ("--run-handouts", click.IntRange(1), "NUMBER", "How many handouts the run may be about (default: 100000)."),
    ):
        with_limits = click.option(name, type=kind, default=None, metavar=metavar, help=text)(with_limits)
    return with_limits


def verification_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of commands that read handouts back: how many processes do it, and what each handout may take."""
    for option in reversed(
        (
            jobs_option,
            click.option(
                "--time-limit", type=click.FloatRange(1), default=None, metavar="SECONDS", help="How long one may take (default: 900)."
            ),
            click.option(
                "--memory-limit",
                type=click.IntRange(256),
                default=None,
                metavar="MEGABYTES",
                help="How much memory one may take (default: 8192).",
            ),
        )
    ):
        command = option(command)
    return command


def make_verification_settings(
    workers: int | None, time_limit: float | None, memory_limit: int | None, run: RunLimits
) -> VerificationSettings:
    """Return the settings of a command line; what was not typed is as in a build without bounds of its own."""
    from handbill.rendering.pool import JobLimits
    from handbill.rendering.verification import VerificationSettings
    from handbill.system.bounds import DEFAULT_BOUNDS

    limits = JobLimits(time_limit or DEFAULT_BOUNDS.seconds, (memory_limit or DEFAULT_BOUNDS.memory) * 1_000_000)
    return VerificationSettings(workers or len(os.sched_getaffinity(0)), limits, run)


def publishing_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that `publish` and `site` share."""
    for option in reversed(
        (
            click.option(
                "--base-url",
                default=None,
                metavar="URL",
                callback=_parse_address,
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
