"""Writing files so that a reader sees the old text or the new one, never a part of either."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

_BOM = b"\xef\xbb\xbf"


def replace_bytes(path: Path, data: bytes) -> None:
    """Put ``data`` where ``path`` (or what it links to) is, by renaming a finished file over it.

    Permissions of a file that is there are kept. What is no regular file, such as a device or a
    pipe, is written to directly. ``OSError`` when the folder or the file cannot be written.
    """
    real = Path(os.path.realpath(path))
    mode = _mode(real)
    if mode is not None and not stat.S_ISREG(mode):
        real.write_bytes(data)
        return
    if mode is not None and not os.access(real, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    draft = real.with_name(f".qansatz-{os.getpid()}-{os.urandom(4).hex()}.tmp")
    descriptor = os.open(
        draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666
    )
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            draft.chmod(stat.S_IMODE(mode))
        os.replace(draft, real)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


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
    """Write UTF-8 text to a new file; ``FileExistsError`` when anything of that name is there."""
    with path.open("xb") as file:
        file.write(text.encode("utf-8"))


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None
