"""Files are replaced whole, and keep what the user gave them; a lock is held by one process."""

from __future__ import annotations

import ast
import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from qansatz.files import LockedError, create_text, locked, replace_bytes, replace_text

PACKAGE = Path(__file__).parents[1] / "qansatz"


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
    with pytest.raises(OSError, match="No space") as caught:
        replace_text(path, "new")
    assert caught.value.filename == str(path)
    with pytest.raises(OSError, match="No space") as caught:
        create_text(tmp_path / "b", "new")
    assert caught.value.filename == str(tmp_path / "b")
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("write", [replace_text, create_text])
def test_faults_name_the_file_that_was_asked_for(tmp_path: Path, write):
    for path in (tmp_path / "absent" / "a", tmp_path / ("a" * 300)):
        with pytest.raises(OSError, match=os.strerror(errno.ENOENT) + "|too long") as caught:
            write(path, "x")
        assert caught.value.filename == str(path)
        assert "tmp-" not in str(caught.value)
    with pytest.raises((IsADirectoryError, FileExistsError)) as caught:
        write(tmp_path, "x")
    assert caught.value.filename == str(tmp_path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
def test_a_full_device_is_told():
    with pytest.raises(OSError, match="No space") as caught:
        replace_bytes(Path("/dev/full"), b"x")
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, "/dev/full")


def test_a_file_that_must_not_be_written_is_left(tmp_path: Path, monkeypatch):
    path = tmp_path / "a"
    path.write_text("old")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(PermissionError) as caught:
        replace_text(path, "new")
    assert caught.value.filename == str(path)
    assert path.read_text() == "old"


def test_the_umask_decides_the_permissions_of_a_new_file(tmp_path: Path):
    before = os.umask(0o077)
    try:
        replace_text(tmp_path / "a", "x")
        create_text(tmp_path / "b", "x")
    finally:
        os.umask(before)
    assert [stat.S_IMODE(p.stat().st_mode) for p in tmp_path.iterdir()] == [0o600] * 2


def test_a_link_that_leads_nowhere_gets_a_target(tmp_path: Path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(Path("folder", "new"))
    replace_text(tmp_path / "link", "x")
    assert (tmp_path / "folder" / "new").read_text() == "x"
    assert (tmp_path / "link").is_symlink()


def test_both_the_file_and_its_folder_reach_the_disk(tmp_path: Path, monkeypatch):
    synced, kinds = [], (stat.S_ISREG, stat.S_ISDIR)

    def note(descriptor: int) -> None:
        mode = os.fstat(descriptor).st_mode
        synced.append(next(kind for kind in kinds if kind(mode)))

    monkeypatch.setattr(os, "fsync", note)
    replace_text(tmp_path / "a", "x")
    create_text(tmp_path / "b", "x")
    assert synced == [*kinds, *kinds]


def test_a_device_is_written_to_and_not_replaced():
    replace_bytes(Path(os.devnull), b"x")
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_creating_refuses_what_is_there(tmp_path: Path):
    (tmp_path / "a").symlink_to("nowhere")
    with pytest.raises(FileExistsError):
        create_text(tmp_path / "a", "x")
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_creating_works_where_files_have_one_name(tmp_path: Path, monkeypatch):
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refuse)
    create_text(tmp_path / "a", "θ")
    assert (tmp_path / "a").read_bytes() == "θ".encode()
    with pytest.raises(FileExistsError):
        create_text(tmp_path / "a", "x")
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


# -- one writer -------------------------------------------------------------------------------

#: Methods and functions that write a file, whatever they belong to.
WRITING = {
    *("write_text", "write_bytes", "touch", "symlink_to", "hardlink_to", "tofile", "savetxt"),
    *("mkstemp", "mkdtemp", "NamedTemporaryFile", "TemporaryFile", "TemporaryDirectory"),
}
#: What only these modules write, since other things have methods of that name.
OF_MODULES = {
    "os": {"replace", "rename", "renames", "link", "symlink"},
    "shutil": {"copy", "copy2", "copyfile", "copyfileobj", "copytree", "move"},
}
#: They write to a path or into a stream: here always into a stream that is no file.
SAVING = {"savefig", "save", "savez", "savez_compressed", "dump"}
STREAMS = {"buffer", "sys.stdout"}


def writing_calls(tree: ast.AST) -> list[str]:
    """The text of every call that can write a file."""
    return [ast.unparse(n) for n in ast.walk(tree) if isinstance(n, ast.Call) and writes(n)]


def writes(call: ast.Call) -> bool:
    module, _, name = ast.unparse(call.func).rpartition(".")
    given = {ast.unparse(argument) for argument in call.args}
    if name in ("open", "fdopen"):
        return "os.devnull" not in given and opened_to_write(call)
    if name in SAVING and module:
        return not given & STREAMS
    return name in WRITING or name in OF_MODULES.get(module, ())


def opened_to_write(call: ast.Call) -> bool:
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    texts = [str(v.value) for v in values if isinstance(v, ast.Constant)]
    return "O_" in ast.unparse(call) or any(
        len(text) <= 3 and set(text) & set("wxa+") for text in texts
    )


def test_files_are_written_in_one_place():
    found = {
        path.relative_to(PACKAGE).as_posix(): calls
        for path in sorted(PACKAGE.rglob("*.py"))
        if (calls := writing_calls(ast.parse(path.read_text("utf-8"))))
    }
    assert len(found.pop("files.py")) >= 6
    assert not found


@pytest.mark.parametrize(
    "text",
    [
        "path.open('w')",
        "open(path, mode='ab')",
        "os.fdopen(handle, 'wb')",
        "os.open(path, os.O_WRONLY)",
        "os.replace(a, b)",
        "figure.savefig(path)",
        "json.dump(whole, file)",
        "path.write_text(text)",
        "shutil.copy(a, b)",
    ],
)
def test_calls_that_write_are_seen(text: str):
    assert writing_calls(ast.parse(text)) == [text]
    harmless = "open(p); p.open('rb'); open(os.devnull, 'w'); a.replace('w', 'x'); d.copy()"
    assert not writing_calls(ast.parse(harmless))


# -- locks ------------------------------------------------------------------------------------

HOLD = """
import sys, time
from pathlib import Path
from qansatz.files import locked
with locked(Path(sys.argv[1])):
    print("inside", flush=True)
    time.sleep(600)
"""

#: Enters as often as told, and makes sure each time that no other process is inside.
ENTER = """
import os, random, sys, time
from pathlib import Path
from qansatz.files import LockedError, locked
path, times = Path(sys.argv[1]), int(sys.argv[2])
mark = path.with_name("mark")
print("ready", flush=True)
while times:
    try:
        with locked(path):
            os.close(os.open(mark, os.O_CREAT | os.O_EXCL))
            time.sleep(random.random() / 2000)
            mark.unlink()
            times -= 1
    except LockedError:
        continue
"""


def started(script: str, *args: object) -> subprocess.Popen[str]:
    """A Python process that has said its first word."""
    command = [sys.executable, "-c", script, *map(str, args)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline()
    return process


def ended(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    process.stdout.close()
    return process.wait(60)


def test_a_lock_is_held_by_one_process(tmp_path: Path):
    path = tmp_path / "a"
    holder = started(HOLD, path)
    (tmp_path / "link").symlink_to("a")
    for name in ("a", "link"):
        with (
            pytest.raises(LockedError, match=f"another process works on .*{name}"),
            locked(tmp_path / name),
        ):
            pass
    with locked(tmp_path / "other"):
        pass
    holder.kill()
    assert ended(holder) < 0
    with locked(path), pytest.raises(LockedError), locked(path):
        pass
    with locked(path):
        pass
    assert not path.exists()


def test_the_lock_of_a_killed_process_is_free_at_once(tmp_path: Path):
    """However often: whoever was killed leaves its lock file, and one of two that wait goes in."""
    path = tmp_path / "a"
    for _ in range(5):
        holder = started(HOLD, path)
        waiting = [started(ENTER, path, 20) for _ in range(2)]
        holder.kill()
        assert ended(holder) < 0
        assert [ended(process) for process in waiting] == [0, 0]


def test_processes_that_race_for_a_lock_are_never_inside_together(tmp_path: Path):
    path = tmp_path / "a"
    racing = [started(ENTER, path, 150) for _ in range(4)]
    assert [ended(process) for process in racing] == [0] * 4


def test_a_lock_file_that_was_left_behind_holds_nobody_up(tmp_path: Path):
    lock = tmp_path / ".a.lock"
    for text in ("", "1", str(os.getpid()), "no number"):
        lock.write_text(text)
        with locked(tmp_path / "a"):
            pass


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path):
    with pytest.raises(OSError, match="No such file"), locked(tmp_path / "absent" / "a"):
        pass
