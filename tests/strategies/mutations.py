"""Deterministic damage to qansatz files, and the command line run on the result under an alarm."""

from __future__ import annotations

import contextlib
import io
import random
import re
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from qansatz.tools.cli import main
from qansatz.views import catalogue
from tests.faults.programs import examples

ROOT = Path(__file__).parents[2]
SECONDS = 5
_TOKEN = re.compile(r'p?"[^"\n]*"|\w+|\.\.[<=]|[<>=!]=|->|[^\w\s]')
_CONFUSABLES = {
    "0": "О",
    "i": "і",
    "a": "а",
    "-": "−",
    "*": "×",
    '"': "“",
    "(": "（",
    " ": "\u00a0",
}
_ODD_NUMBERS = ("0", "-1", "10^30", "1e999", "1e400", "1e-400", "9" * 50, "2^0.5^-1", "1i", "0.1")
_ODD_CHARACTERS = "\x00\t\r\x0b\x1b\u2028\ufeff\u202e\u200b\U0001d4d7é量_|<>{}()[];,.:~^%"
_WORDS = (
    *("qubits", "param", "let", "repeat", "for", "in", "if", "block", "init", "ansatz", "layer"),
    *(
        "sum(",
        "prod(",
        "rot(",
        "X[0]",
        "q",
        "theta",
        "G",
        "S",
        "pi",
        "..<",
        "..",
        "automorphisms(G)",
    ),
    *("observable o = ", "require ", "symmetry s = ", "stabilizers S = ", "<", ">", "|", "import"),
    *("orbit(X[0], cyclic(q))", "complete(40)", "exp(", "theta[0]", "1/0", "(X[0]+Z[0])^9"),
)


class Alarm(BaseException):
    """The time is over."""


def seeds() -> list[tuple[str, str]]:
    """Names and texts to damage: the examples, the starter files and the examples of all faults."""
    found = []
    for folder in ("examples", "qansatz/tools/cli/templates"):
        paths = sorted((ROOT / folder).glob("*.qans"))
        found += [(path.name, path.read_text("utf-8")) for path in paths]
    for code, kind in catalogue.catalogue().items():
        blocks = examples(kind)
        found += [(f"{code}.{k}", text) for k, text in enumerate(blocks) if len(text) < 2_000]
    return found


def damaged(number: int, texts: list[tuple[str, str]]) -> tuple[str, bytes]:
    """The mutation of a number: what was done to which text, and the bytes of the file."""
    chance = random.Random(number)
    whole = [pair for pair in texts if pair[0].endswith(".qans")]
    name, text = chance.choice(whole if chance.random() < 0.6 else texts)
    done = []
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        change = chance.choice(CHANGES if chance.random() < 0.6 else DEEP)
        text = change(text, chance)
        done.append(change.__name__.removeprefix("_"))
    data = text.encode("utf-8", "surrogatepass")
    if chance.random() < 0.08:
        data = _broken_bytes(data, chance)
        done.append("broken_bytes")
    return f"{number}: {name}: {', '.join(done)}", data


def _place(text: str, chance: random.Random) -> int:
    return chance.randrange(len(text) + 1)


def _delete(text: str, chance: random.Random) -> str:
    at = _place(text, chance)
    return text[:at] + text[at + chance.choice((1, 1, 1, 5, 40)) :]


def _insert(text: str, chance: random.Random) -> str:
    at = _place(text, chance)
    return text[:at] + chance.choice(_ODD_CHARACTERS) + text[at:]


def _swap(text: str, chance: random.Random) -> str:
    at = chance.randrange(max(1, len(text) - 1))
    return text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]


def _tokens(text: str, change: Callable[[list[str], list[int]], None]) -> str:
    parts = re.split(f"({_TOKEN.pattern})", text)
    places = list(range(1, len(parts), 2))
    if len(places) > 1:
        change(parts, places)
    return "".join(parts)


def _swap_tokens(text: str, chance: random.Random) -> str:
    def change(parts: list[str], places: list[int]) -> None:
        a, b = chance.sample(places, 2)
        parts[a], parts[b] = parts[b], parts[a]

    return _tokens(text, change)


def _drop_token(text: str, chance: random.Random) -> str:
    def change(parts: list[str], places: list[int]) -> None:
        parts[chance.choice(places)] = ""

    return _tokens(text, change)


def _double_token(text: str, chance: random.Random) -> str:
    def change(parts: list[str], places: list[int]) -> None:
        parts[chance.choice(places)] *= chance.choice((2, 3))

    return _tokens(text, change)


def _foreign_token(text: str, chance: random.Random) -> str:
    def change(parts: list[str], places: list[int]) -> None:
        parts[chance.choice(places)] = f" {chance.choice(_WORDS)} "

    return _tokens(text, change)


def _inflate_number(text: str, chance: random.Random) -> str:
    numbers = list(re.finditer(r"\b\d+(\.\d+)?\b", text))
    if not numbers:
        return text
    hit = chance.choice(numbers)
    new = chance.choice((*_ODD_NUMBERS, str(int(float(hit[0])) * 1000 + 7), "1000000"))
    return text[: hit.start()] + new + text[hit.end() :]


def _rename(text: str, chance: random.Random) -> str:
    names = sorted(set(re.findall(r"[^\W\d]\w*", text)))
    if len(names) < 2:
        return text
    old, new = chance.sample(names, 2)
    return re.sub(rf"\b{old}\b", new, text, count=chance.choice((0, 1)))


def _double_line(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    return "\n".join([*lines[:at], *[lines[at]] * chance.choice((2, 2, 30)), *lines[at + 1 :]])


def _drop_line(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    del lines[chance.randrange(len(lines))]
    return "\n".join(lines)


def _move_line(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    line = lines.pop(chance.randrange(len(lines)))
    lines.insert(chance.randrange(len(lines) + 1), line)
    return "\n".join(lines)


def _wrap(text: str, chance: random.Random) -> str:
    """Put a token into many brackets, or behind many signs."""
    depth = chance.choice((2, 63, 300, 5_000))
    opening, closing = chance.choice((("(", ")"), ("[", "]"), ("<", ">"), ("-", ""), ("|", "|")))
    opening, closing = chance.choice(((opening, closing), ("sum(", ")"), ("exp(", ")")))

    def change(parts: list[str], places: list[int]) -> None:
        k = chance.choice(places)
        parts[k] = opening * depth + parts[k] + closing * depth

    return _tokens(text, change)


def _flood(text: str, chance: random.Random) -> str:
    at = _place(text, chance)
    flood = chance.choice(
        ("(", "[", "{", "}", ")", "<", "|", "\n", ";", "#", '"', "{{}}", "-", "X[")
    )
    return text[:at] + flood * chance.choice((3, 70, 3_000)) + text[at:]


def _long_name(text: str, chance: random.Random) -> str:
    at = _place(text, chance)
    return text[:at] + "n" * 20_000 + text[at:]


def _long_line(text: str, chance: random.Random) -> str:
    return text.replace("\n", " ; ") if chance.random() < 0.5 else text + " " * 50_000 + "x"


def _line_ends(text: str, chance: random.Random) -> str:
    ends = ("\r", "\r\n", "\n\r", "\u2028", "\x0c\n")
    return "".join(chance.choice(ends) if c == "\n" and chance.random() < 0.5 else c for c in text)


def _mark(text: str, chance: random.Random) -> str:
    return chance.choice(("\ufeff", "\ufeff\ufeff", "#!", "\x00", "\ud800")) + text


def _confuse(text: str, chance: random.Random) -> str:
    places = [k for k, c in enumerate(text) if c in _CONFUSABLES]
    if not places:
        return text
    at = chance.choice(places)
    return text[:at] + _CONFUSABLES[text[at]] + text[at + 1 :]


def _import(text: str, chance: random.Random) -> str:
    paths = (".", "..", "/etc/passwd", "/dev/zero", "fuzz.qans", "a" * 5_000, "\x00", "~", "//", "")
    kind = chance.choice(('import "{}"', 'import graph "{}" as G', 'import graph "{}" as q'))
    return text.replace("qans 1\n", f"qans 1\n{kind.format(chance.choice(paths))}\n", 1)


def _join(text: str, chance: random.Random) -> str:
    return text + text[_place(text, chance) :]


CHANGES: tuple[Callable[[str, random.Random], str], ...] = (
    *(_delete, _insert, _swap, _swap_tokens, _drop_token, _double_token, _foreign_token),
    *(_inflate_number, _rename, _double_line, _drop_line, _move_line, _wrap),
    *(_flood, _long_name, _long_line, _line_ends, _mark, _confuse, _import, _join),
)


# What leaves most files readable, so that later stages have their share.
DEEP = (_inflate_number, _inflate_number, _rename, _drop_line, _move_line, _swap_tokens)


def _broken_bytes(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    bad = chance.choice((b"\xff", b"\xc3", b"\xed\xa0\x80", b"\x80\x80", b"\xf8\x88", b"\x00"))
    if chance.random() < 0.2:
        return data.decode("utf-8", "replace").encode("utf-16")
    return data[:at] + bad + data[at:]


@dataclass(frozen=True)
class Outcome:
    """One run: exit code, both streams, and the seconds computed."""

    code: int
    out: str
    err: str
    seconds: float

    @property
    def problem(self) -> str | None:
        """What no input may cause, or None."""
        if self.code not in (0, 1, 2, 3):
            return f"exit code {self.code}: {self.err[-300:]}"
        if "Traceback" in self.err or "internal error" in self.err:
            return self.err[-300:]
        if "the memory of this machine" in self.err:
            return "memory"
        return f"took {self.seconds:.1f} s" if self.seconds > SECONDS else None


@contextlib.contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """Raise :class:`Alarm` when the process has computed for some seconds."""

    def ring(*_: object) -> None:
        raise Alarm

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def run(*arguments: str, seconds: float = 4 * SECONDS) -> Outcome:
    """The command line in this process, cut off after some seconds (exit code −1)."""
    out, err = io.StringIO(), io.StringIO()
    start = time.process_time()
    try:
        with alarm(seconds), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main.main(arguments)
    except Alarm:
        code = -1
    return Outcome(code, out.getvalue(), err.getvalue(), time.process_time() - start)
