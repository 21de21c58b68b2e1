"""Commands about the installation and for a new publication: `exporters`, `init`, `doctor`, `schema`, `completion`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

__all__ = ["completion", "doctor", "exporters", "init", "schema"]


@click.command()
def exporters() -> None:
    """List the exporters that are installed, with their options."""
    from handbill.cli import terminal, text_and_json
    from handbill.diagnostics.errors import ConfigurationError

    broken, text = text_and_json.exporters()
    terminal.print_data(text)
    sys.exit(ConfigurationError.exit_code if broken else 0)


@click.command()
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--ci", type=click.Choice(["github", "gitlab"]), help="Write a recipe for scheduled publishing too, below the current folder."
)
def init(directory: Path, ci: str | None) -> None:
    """Write a new publication, one that builds, into DIRECTORY.

    Where there is one already, --ci writes its recipe alone.
    """
    from handbill.cli import terminal
    from handbill.cli.scaffold import write_publication, write_recipe
    from handbill.diagnostics.escaping import escape_line, escape_part
    from handbill.publication.settings import FILE

    if ci is None or not (directory / FILE).is_file():
        for file in write_publication(directory):
            terminal.print_data(escape_line(str(file)))
    if ci is not None:
        terminal.print_data(escape_line(str(write_recipe(ci, directory))))
    terminal.print_message(f"\nNow: handbill build {escape_part(str(directory))}")


@click.command()
def doctor() -> None:
    """Tell what this machine lacks, and the command that gets it."""
    from handbill.cli import terminal
    from handbill.cli.doctor import examine
    from handbill.diagnostics.errors import MachineError

    lacking = False
    for finding in examine():
        terminal.print_requirement(finding.is_met, finding.needed, f"{finding.name}: {finding.state}")
        if finding.command:
            terminal.print_data(f"     {finding.command}")
        lacking |= finding.needed and not finding.is_met
    sys.exit(MachineError.exit_code if lacking else 0)


@click.command()
def schema() -> None:
    """Print the JSON Schema of publication.toml, for editors that complete and check it."""
    import json

    from handbill import registry
    from handbill.cli import terminal
    from handbill.diagnostics.escaping import escape_json
    from handbill.publication.schema import schema as make_schema

    known = registry.registrations()
    text = json.dumps(make_schema(registry.load(name, known) for name in known), indent=2, ensure_ascii=False)
    terminal.print_document(escape_json(text))


_SHELLS = {"bash": "~/.bashrc", "zsh": "~/.zshrc", "fish": "~/.config/fish/completions/handbill.fish"}


@click.command()
@click.argument("shell", type=click.Choice(sorted(_SHELLS)))
def completion(shell: str) -> None:
    """Print the completion script of a shell (bash, zsh, fish)."""
    from click.shell_completion import get_completion_class

    from handbill.cli import terminal

    kind = get_completion_class(shell)
    assert kind is not None
    terminal.print_document(kind(click.get_current_context().find_root().command, {}, "handbill", "_HANDBILL_COMPLETE").source())
