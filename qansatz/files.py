"""Writing files so that a reader sees the old text or the new one, never a part of either; and locks."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_BOM = b"\xef\xbb\xbf"


class LockedError(Exception):
    """Another process has the lock."""


def replace_bytes(path: Path, data: bytes) -> None:
    """Put ``data`` where ``path`` (or what it links to) is, by renaming a finished file over it.

    Permissions of a file that is there are kept; those of a new one follow the umask. What is no
    regular file, such as a device or a pipe, is written to directly. The data has reached the disk
    when the call returns.

    Raises:
        OSError: when the folder or the file cannot be written; it names ``path``.
    """
    with _named(path):
        mode = _mode(path)
        if mode is not None and not stat.S_ISREG(mode):
            path.write_bytes(data)
            return
        real = Path(os.path.realpath(path))
        if mode is not None and not os.access(real, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        with _draft(real.parent, data, mode) as draft:
            os.replace(draft, real)
        _sync(real.parent)


def replace_text(path: Path, text: str) -> None:
    """:func:`replace_bytes` with UTF-8 text whose lines end in ``\\n``.

    Of a file that is there, the line ends (``\\r\\n`` where its first line has it) and the byte
    order mark are kept.
    """
    data = text.encode("utf-8")
    if path.is_file():
        old = path.read_bytes()
        if old.partition(b"\n")[0].endswith(b"\r"):
            data = data.replace(b"\n", b"\r\n")
        if old.startswith(_BOM):
            data = _BOM + data
    replace_bytes(path, data)


def create_text(path: Path, text: str) -> None:
    """Write UTF-8 text to a new file, which is whole from the moment it is there.

    Raises:
        FileExistsError: when anything of that name is there, a link that leads nowhere too.
        OSError: when the folder cannot be written; it names ``path``.
    """
    with _named(path):
        with _draft(path.parent, text.encode("utf-8"), None) as draft:
            _claim(draft, path)
        _sync(path.parent)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep every other process from ``path``, or what it links to, as long as the block runs.

    The operating system holds the lock and drops it when the process ends, however it ends. The
    empty file ``.NAME.lock`` beside it stays: were it removed, a process that has just opened it
    and one that makes it anew could both hold the lock.

    Raises:
        LockedError: at once, while another process (or another block of this one) has the lock.
        OSError: when the lock file cannot be written.
        ImportError: without the library ``filelock``.
    """
    from filelock import FileLock, Timeout

    real = Path(os.path.realpath(path))
    if not real.parent.is_dir():  # filelock would make it
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    lock = FileLock(real.with_name(f".{real.name}.lock"), timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise LockedError(f"another process works on {path}") from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Let every ``OSError`` name the file that was asked for, not the draft of it."""
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error


@contextmanager
def _draft(folder: Path, data: bytes, mode: int | None) -> Iterator[Path]:
    """A finished file of another name in a folder, gone when the block ends."""
    draft = folder / f".qansatz-{os.getpid()}-{os.urandom(4).hex()}.tmp"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(draft, flags, 0o666 if mode is None else 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            draft.chmod(stat.S_IMODE(mode))
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _claim(draft: Path, path: Path) -> None:
    """Give a finished file its name, unless that is taken."""
    try:
        os.link(draft, path)
    except FileExistsError:
        raise
    except OSError:  # this file system has no second names
        path.touch(exist_ok=False)
        os.replace(draft, path)


def _sync(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None
