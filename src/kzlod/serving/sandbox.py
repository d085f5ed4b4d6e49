"""The sandbox of a worker: from here on its process opens no socket and starts no other, and its memory is bounded.

The kernel refuses, because a library in C or Rust asks no hook of Python's
(https://www.kernel.org/doc/html/latest/userspace-api/seccomp_filter.html).
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import signal
import socket
import struct
import sys
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_NO_NEW_PRIVS: Final = 38
_PR_SET_SECCOMP: Final = 22
_SECCOMP_MODE_FILTER: Final = 2
_ALLOW: Final = 0x7FFF0000
_REFUSE: Final = 0x00050000 | errno.EPERM
_LOAD_WORD: Final = 0x20
_JUMP_IF_EQUAL: Final = 0x15
_JUMP_IF_AT_LEAST: Final = 0x35
_RETURN: Final = 0x06
_NUMBER_AT: Final = 0
_ARCHITECTURE_AT: Final = 4

# By architecture: its name in the kernel; the numbers of the calls socket, connect, bind, execve, execveat, socketpair and
# io_uring_setup; and from which number on calls are those of another set (x32), which is refused as a whole.
_CALLS: Final[dict[str, tuple[int, tuple[int, ...], int]]] = {
    "x86_64": (0xC000003E, (41, 42, 49, 59, 322, 53, 425), 0x40000000),
    "aarch64": (0xC00000B7, (198, 203, 200, 221, 281, 199, 425), 0xFFFFFFFF),
}


def refuse_network() -> bool:
    """Give up the network and other programs for good, in this thread and in those that it starts from here on.

    Returns:
        Whether the kernel refuses sockets; elsewhere than on Linux only Python does.
    """
    sys.addaudithook(_refuse_sockets)
    known = _CALLS.get(platform.machine())
    if sys.platform != "linux" or known is None:
        return False
    _install_filter(*known)
    return not _can_open_socket()


def bound_memory(memory: int) -> None:
    """Give up all memory beyond what the process has now and ``memory`` bytes (0 for no bound), and all dumps of it on disk."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if memory:
        resource.setrlimit(resource.RLIMIT_AS, (_measure_memory() + memory,) * 2)


def die_with(parent: int) -> None:
    """Have the kernel end this process when its parent ends.

    Args:
        parent: number of the process that has started this one.
    """
    _call_prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _install_filter(architecture: int, calls: tuple[int, ...], others: int) -> None:
    """Have the kernel refuse calls; all threads that start later inherit it."""
    refusal = len(calls) + 2
    steps = [
        _step(_LOAD_WORD, 0, 0, _ARCHITECTURE_AT),
        _step(_JUMP_IF_EQUAL, 0, refusal + 1, architecture),
        _step(_LOAD_WORD, 0, 0, _NUMBER_AT),
        _step(_JUMP_IF_AT_LEAST, refusal - 1, 0, others),
        *(_step(_JUMP_IF_EQUAL, refusal - 2 - place, 0, number) for place, number in enumerate(calls)),
        _step(_RETURN, 0, 0, _ALLOW),
        _step(_RETURN, 0, 0, _REFUSE),
    ]
    code = b"".join(steps)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("HP", len(steps), ctypes.addressof(buffer))
    _call_prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _call_prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, program)


def _call_prctl(option: int, value: int, pointer: bytes | None = None) -> None:
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl.argtypes = [ctypes.c_int, ctypes.c_ulong, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_ulong]
    if prctl(option, value, pointer, 0, 0):
        raise OSError(ctypes.get_errno(), f"the kernel refuses prctl {option}")


def _step(operation: int, jump_if: int, jump_else: int, operand: int) -> bytes:
    """An instruction of the filter (struct sock_filter)."""
    return struct.pack("HBBI", operation, jump_if, jump_else, operand)


def _can_open_socket() -> bool:
    # Not by Python's module, which the hook refuses.
    descriptor = ctypes.CDLL(None).socket(int(socket.AF_INET), int(socket.SOCK_STREAM), 0)
    return bool(descriptor >= 0)


def _refuse_sockets(event: str, _arguments: object) -> None:
    if event.startswith("socket."):
        raise OSError(errno.EPERM, f"a worker may not use the network: {event}")


def _measure_memory() -> int:
    """The address space of this process, in bytes."""
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - it is no file of the disk
        return int(file.read().split()[0]) * resource.getpagesize()
