"""What the machine has, or the container in which the server runs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

_CONTAINER: Final = Path("/sys/fs/cgroup/memory.max")
_MOST: Final = 2_000_000_000
_LEAST: Final = 250_000_000


def share_memory(workers: int) -> int:
    """Bytes that each of some long queries may take: together half of the memory that there is.

    >>> 250_000_000 <= share_memory(1000) <= share_memory(1) <= 2_000_000_000
    True
    """
    return max(_LEAST, min(_MOST, _measure_memory() // 2 // workers))


def _measure_memory() -> int:
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        # "max" where the container has no bound (https://docs.kernel.org/admin-guide/cgroup-v2.html).
        bound = _CONTAINER.read_text(encoding="ascii").strip()
    except OSError:
        return physical
    return min(physical, int(bound)) if bound.isdigit() else physical
