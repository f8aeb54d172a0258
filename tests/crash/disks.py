"""Small disks, so that a full one can be tried."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class NoSmallDiskError(Exception):
    """None can be made here; the text says why."""


@contextmanager
def small_disk(place: Path, size: str) -> Iterator[None]:
    """A file system of so many bytes, in a new folder. Raises `NoSmallDiskError`."""
    place.mkdir()
    mount = shutil.which("mount")
    if mount is None:
        raise NoSmallDiskError("there is no mount command")
    ran = subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place], capture_output=True, text=True, check=False
    )
    if ran.returncode:
        raise NoSmallDiskError(ran.stderr.strip())
    try:
        yield
    finally:
        subprocess.run(["umount", place], check=True)
