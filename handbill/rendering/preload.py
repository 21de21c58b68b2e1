"""What the workers' server imports, so that each worker has it from the start: importing this module does it.

HANDBILL_WARM names the modules, parted by spaces. One that cannot be imported is left to the worker that needs it, which tells why.
"""

import contextlib
import gc
import importlib
import os

# What modules make stays: there is nothing to collect, now or in the workers.
gc.disable()
for _name in ("handbill.rendering.worker", *os.environ.get("HANDBILL_WARM", "").split()):
    with contextlib.suppress(Exception):
        importlib.import_module(_name)
gc.freeze()
gc.enable()
