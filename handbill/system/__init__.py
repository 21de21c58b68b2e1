"""The machine: files, paths, limits, digests, interrupts and time limits."""
