"""Files are replaced whole, and keep what the user gave them."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from qansatz.files import create_text, replace_bytes, replace_text


def test_a_new_file_has_the_usual_permissions(tmp_path: Path):
    replace_text(tmp_path / "new", "θ\n")
    (tmp_path / "peer").touch()
    assert (tmp_path / "new").read_bytes() == "θ\n".encode()
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "peer").stat().st_mode


def test_permissions_and_links_are_kept(tmp_path: Path):
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to("real")
    replace_text(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link", "real"]


def test_line_ends_and_byte_order_mark_are_kept(tmp_path: Path):
    path = tmp_path / "a"
    path.write_bytes(b"\xef\xbb\xbfa\r\nb\r\n")
    replace_text(path, "c\nd\n")
    assert path.read_bytes() == b"\xef\xbb\xbfc\r\nd\r\n"


def test_a_failed_write_leaves_the_old_file_and_no_draft(tmp_path: Path, monkeypatch):
    path = tmp_path / "a"
    path.write_text("old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        replace_text(path, "new")
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_a_device_is_written_to_and_not_replaced():
    replace_bytes(Path(os.devnull), b"x")
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_creating_refuses_what_is_there(tmp_path: Path):
    (tmp_path / "a").symlink_to("nowhere")
    with pytest.raises(FileExistsError):
        create_text(tmp_path / "a", "x")
