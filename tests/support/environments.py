"""Virtual environments with plug-ins of tests/plugins, cached in pytest's cache folder.

An environment is made again only where its digest changes: that of the plug-ins' files, constraints.txt, the interpreter and this module.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

__all__ = ["environment"]

ROOT = Path(__file__).parents[2]
PLUGINS = ROOT / "tests/plugins"


def environment(cache: Path, *plugins: str) -> str:
    """Return the interpreter of an environment with the packages of the running one and these plug-ins; it is cached below `cache`."""
    folder = cache / f"{'-'.join(plugins)}-{_digest(plugins)}"
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "finished").exists():
            shutil.rmtree(folder, ignore_errors=True)
            _make(folder, plugins)
            (folder / "finished").touch()
    return str(folder / "bin/python")


def _digest(plugins: tuple[str, ...]) -> str:
    """Return a digest of everything that determines an environment."""
    files = [ROOT / "constraints.txt", Path(__file__)]
    files += sorted(file for name in plugins for file in (PLUGINS / name).rglob("*") if file.suffix in (".py", ".toml"))
    digest = hashlib.sha256(f"{sys.version} {sys.executable} {sysconfig.get_path('purelib')}\n".encode())
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.relative_to(ROOT)} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]


def _make(folder: Path, plugins: tuple[str, ...]) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin/python"
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    # addsitedir also processes the .pth files of that folder, by which an editable install of handbill is found.
    line = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n"
    (folder / "lib" / version / "site-packages/handbill-tests.pth").write_text(line)
    sources = [shutil.copytree(PLUGINS / name, folder / "src" / name) for name in plugins]
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check"]
    subprocess.run([sys.executable, "-m", "pip", "--python", python, "install", *options, *sources], check=True)
