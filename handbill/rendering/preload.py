"""The imports of the server that worker processes are forked from: importing this module makes them, so that each worker has them.

HANDBILL_PRELOAD names further modules, separated by spaces. A module that cannot be imported here is left out: the worker whose exporter
needs it imports it again and reports why it fails.
"""

import contextlib
import gc
import importlib
import os

# Modules live as long as the process. Their objects are put out of the collector's reach, so that no worker walks over them and copies
# their memory pages (Python documentation, gc.freeze).
gc.disable()
for _name in ("handbill.rendering.worker", *os.environ.get("HANDBILL_PRELOAD", "").split()):
    with contextlib.suppress(Exception):
        importlib.import_module(_name)
gc.freeze()
gc.enable()
