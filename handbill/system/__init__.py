"""What depends on the operating system: files and paths, digests, limits of resources, interrupts and time limits."""
