"""Random small programs with a meaning."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st


@dataclass(frozen=True)
class Program:
    """A small program that compiles without errors, and how many values it needs."""

    text: str
    n_qubits: int
    n_parameters: int
    n_inputs: int


@st.composite
def programs(draw, max_qubits: int = 4, max_statements: int = 7) -> Program:
    """Small programs of every construct that makes a circuit; sums commute, blocks commute."""
    return _Programmer(draw, max_qubits, max_statements).program()


LAYERS = """\
layer mix(register, angle) {
  for i in register { rx(i, angle) }
}

layer turn(register, angles, scale: real = 1 / 2) {
  for (k, i) in enumerate(register) { rot(Y[i], scale * angles[k]) }
}

layer link(a: int, b: int, angle) {
  if a == b { rz(a, angle) } else { crx(a, b, angle); cz(b, a) }
}
"""


class _Programmer:
    def __init__(self, draw, max_qubits: int, max_statements: int) -> None:
        self.draw = draw
        self.n = draw(st.integers(1, max_qubits))
        self.max_statements = max_statements
        self.arrays: list[tuple[str, tuple[int, ...]]] = []
        self.inputs: list[tuple[str, tuple[int, ...]]] = []
        self.loops: list[tuple[str, int]] = []
        self.n_parameters = self.n_inputs = 0
        self.n_names = 0
        self.lines: list[str] = []
        self.encoding = False

    def one_of(self, *choices):
        """One of some texts, or of some functions that give a text."""
        chosen = self.draw(st.sampled_from(choices))
        return chosen() if callable(chosen) else chosen

    def chance(self, one_in: int) -> bool:
        return self.draw(st.integers(1, one_in)) == one_in

    def number(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))

    def fresh(self, prefix: str) -> str:
        self.n_names += 1
        return f"{prefix}{self.n_names}"

    def program(self) -> Program:
        self.lines = ["qans 1", LAYERS, f"ansatz program(n: int = {self.n}) where n >= 1 {{"]
        self.declarations()
        for _ in range(self.number(1, self.max_statements)):
            self.statement(2)
        for k in range(self.number(0, 2)):
            self.lines.append(f"observable o{k} = {self.observable()}")
        self.lines.append("}")
        text = "\n".join(self.lines) + "\n"
        return Program(text, self.n, self.n_parameters, self.n_inputs)

    # Declarations

    def declarations(self) -> None:
        if self.n > 1 and self.chance(4):
            first = self.number(1, self.n - 1)
            self.lines += [f"qubits q[{first}]", f"qubits r[n - {first}]"]
            self.register = ("q", first)
        else:
            self.lines.append("qubits q[n]")
            self.register = ("q", self.n)
        self.declare("param", "theta", (self.number(1, 4),))
        if self.chance(2):
            self.declare("param", "gamma", (2, self.number(1, 3)), " in [0, 2 * pi]")
        if self.chance(3):
            self.declare("param", "scalar", (), " ~ normal(0, 0.1)")
        if self.chance(2):
            self.declare("input", "x", (self.number(1, 3),))
        if self.chance(3):
            self.tie()
        if self.chance(2):
            self.lines.append(f"init {self.state()}")

    def declare(self, kind: str, name: str, shape: tuple[int, ...], tail: str = "") -> None:
        size = 1
        for part in shape:
            size *= part
        if kind == "param":
            self.arrays.append((name, shape))
            self.n_parameters += size
        else:
            self.inputs.append((name, shape))
            self.n_inputs += size
        brackets = f"[{', '.join(map(str, shape))}]" if shape else ""
        self.lines.append(f"{kind} {name}{brackets}{tail}")

    def tie(self) -> None:
        name, shape = self.arrays[0]
        text = self.one_of(
            f"param tied{list(shape)} = 2 * {name}",
            f"param tied{list(shape)} = -{name} / 3",
            f"param tied{list(shape)} = pi / 4",
            f"param tied{list(shape)} = {name}[0] + 1",
        )
        self.lines.append(text)
        self.arrays.append(("tied", shape))

    def state(self) -> str:
        letters = "".join(self.one_of(*"01+-rl") for _ in range(self.n))
        pairs = {2: '<p"XX", -p"ZZ">', 3: '<p"XXI", p"IXX", -p"ZZZ">'}
        singles = ", ".join(
            f"{self.one_of('', '-')}{self.one_of(*'XYZ')}[{i}]" for i in range(self.n)
        )
        return self.one_of(f"|{letters}>", "|+>", "|1>", f"<{singles}>", pairs.get(self.n, "|0>"))

    # Qubits, strings, sums

    def qubit(self) -> str:
        texts = [str(self.number(0, self.n - 1)), f"q[{self.number(0, self.register[1] - 1)}]"]
        for name, size in self.loops:
            if size <= self.n:
                texts.append(name)
            texts += [f"({name} + {self.number(0, 3)}) % n", f"{name} % n"]
        return self.one_of(*texts)

    def pair(self) -> tuple[str, str]:
        """Two different qubits."""
        if self.loops and self.chance(2):
            name = self.one_of(*(loop for loop, _ in self.loops))
            return f"{name} % n", f"({name} + {self.number(1, self.n - 1)}) % n"
        a = self.number(0, self.n - 1)
        return str(a), str((a + self.number(1, self.n - 1)) % self.n)

    def word(self, letters: str = "IXYZ") -> str:
        written = [self.one_of(*letters) for _ in range(self.n)]
        if set(written) == {"I"}:
            written[self.number(0, self.n - 1)] = self.one_of(*letters.strip("I"))
        return f'p"{"".join(written)}"'

    def letter(self) -> str:
        return f"{self.one_of(*'XYZ')}[{self.qubit()}]"

    def string(self) -> str:
        choices = [self.word, self.word, self.letter, self.letter]
        choices += [lambda: f"prod({self.one_of(*'XYZ')}[i] for i in 0..<n)"]
        choices += [self.same_qubit]
        if self.n > 1:
            choices += [self.two_letters, self.two_letters]
        return self.one_of(*choices)

    def two_letters(self) -> str:
        a, b = self.pair()
        return f"{self.one_of(*'XYZ')}[{a}] * {self.one_of(*'XYZ')}[{b}]"

    def same_qubit(self) -> str:
        a = self.qubit()
        u, v = self.one_of("XY", "YZ", "ZX", "YX")
        return self.one_of(f"1i * {u}[{a}] * {v}[{a}]", f"-0.5i * commutator({u}[{a}], {v}[{a}])")

    def sum(self) -> str:
        """A real sum of commuting terms, never zero."""
        choices = [
            lambda: f"sum({self.one_of(*'XYZ')}[i] for i in 0..<n)",
            lambda: "sum((i + 1) * Z[i] for i in q if i != 1)",
            lambda: f"sum([{self.word('IZ')}, {self.word('IZ')}])",
            lambda: f"0.5 * {self.word('IX')} - {self.word('IX')} / 3",
            lambda: f"2 * ({self.word('IY')} + 0.25 * {self.word('IY')}) * {self.word('IY')} + 3",
        ]
        if self.n > 1:
            a, b = self.pair()
            choices += [
                lambda: "sum(Z[i] * Z[(i + 1) % n] for i in 0..<n)",
                lambda: f"X[{a}] * X[{b}] + Y[{a}] * Y[{b}] + 0.3 * Z[{a}] * Z[{b}]",
                lambda: f"(1 - Z[{a}] * Z[{b}]) / 2",
                lambda: f"(X[{a}] * Y[{b}] - Y[{a}] * X[{b}]) * 2 ^ -1",
                lambda: f"sum(Y[i] * Y[j] for (i, j) in [({a}, {b}), ({b}, {a})])",
            ]
        return self.one_of(*choices)

    def operator(self) -> str:
        return self.one_of(
            self.string,
            self.string,
            lambda: f"-{self.word()}",
            lambda: f"3 / 4 * {self.word()}",
            self.sum,
            self.sum,
        )

    def group(self) -> tuple[str, int]:
        """Commuting independent generators, and the group's order."""
        i = self.n - 1
        groups = [("<Z[0]>", 2), (f"<-X[{i}]>", 2)]
        if self.n > 1:
            groups += [(f"<X[0] * X[{i}], Z[0] * Z[{i}]>", 4), (f"<Y[0], -Z[{i}]>", 4)]
        if self.n == 4:
            groups += [('<p"XXXX", p"ZZZZ">', 4)]
        return self.draw(st.sampled_from(groups))

    def observable(self) -> str:
        return self.one_of(
            lambda: f"{self.word()} + 0.5 * {self.word()} - 2",
            lambda: f"sum(Z[i] for i in 0..<n) - {self.word()}",
            self.word,
            lambda: "-prod(X[i] for i in q)",
        )

    # Angles

    def entry(self, arrays) -> str:
        name, shape = self.draw(st.sampled_from(arrays))
        if not shape:
            return name
        indices = []
        for size in shape:
            texts = [str(self.number(0, size - 1))]
            texts += [loop if count <= size else f"{loop} % {size}" for loop, count in self.loops]
            indices.append(self.one_of(*texts))
        return f"{name}[{', '.join(indices)}]"

    def symbol(self) -> str:
        if self.encoding:
            return self.entry(self.inputs)
        return self.entry(self.arrays + self.inputs)

    def angle(self) -> str:
        symbol = self.symbol()
        choices = [
            symbol,
            symbol,
            f"2 * {symbol}",
            f"-{symbol} / 3 + pi / 2",
            f"{symbol} + {self.symbol()}",
            f"sin({symbol}) * {self.symbol()}",
            f"{symbol} ^ 2",
            f"(pi - {symbol}) * (1 + cos({self.symbol()}))",
            f"sqrt(2) * {symbol} - 0.1",
            f"{symbol} - {symbol} / 2",
        ]
        choices += [f"({loop} + 1) * {symbol}" for loop, _ in self.loops]
        if not self.encoding:
            choices += ["pi / 4", "0.3", "pi / 2", "-pi", "1e-1 * pi"]
        return self.one_of(*choices)

    # Statements

    def statement(self, depth: int) -> None:
        choices = [self.rotation] * 3 + [self.library] * 2 + [self.fixed] * 2
        choices += [self.several, self.coset, self.definition, self.block]
        if not self.encoding:
            choices += [self.layer, self.unordered]
            if self.inputs:
                choices += [lambda: self.encode(depth)]
        if depth > 0:
            choices += [lambda: self.loop(depth - 1)] * 3 + [lambda: self.branch(depth - 1)]
        self.draw(st.sampled_from(choices))()

    def inside(self, head: str, depth: int, loops=()) -> None:
        self.lines.append(head + " {")
        self.loops += loops
        for _ in range(self.number(1, 2)):
            self.statement(depth)
        del self.loops[len(self.loops) - len(loops) :]
        self.lines.append("}")

    def rotation(self) -> None:
        self.lines.append(f"rot({self.operator()}, {self.angle()})")

    def library(self) -> None:
        if self.n > 1 and self.chance(2):
            a, b = self.pair()
            name = self.one_of("rxx", "ryy", "rzz", "crx", "cry", "crz", "rbs", "rbs")
            self.lines.append(f"{name}({a}, {b}, {self.angle()})")
            return
        name = self.one_of("rx", "ry", "rz")
        spread = [array for array, shape in self.arrays if shape == (self.register[1],)]
        if spread and not self.encoding and self.chance(2):
            self.lines.append(f"{name}(q, {self.one_of(*spread)})")
        else:
            self.lines.append(f"{name}({self.one_of('q', self.qubit())}, {self.angle()})")

    def fixed(self) -> None:
        if self.n > 1 and self.chance(2):
            a, b = self.pair()
            name = self.one_of("cx", "cz", "swap")
            others = ", ".join(str(i) for i in range(1, self.n))
            self.lines.append(self.one_of(f"{name}({a}, {b})", f"{name}(0, [{others}])"))
        else:
            name = self.one_of("h", "s", "sdg", "x", "y", "z")
            self.lines.append(f"{name}({self.one_of('q', self.qubit(), '0..<n')})")

    def several(self) -> None:
        operators = [self.word() for _ in range(self.number(1, 3))]
        angles = [self.angle() for _ in operators]
        written = self.one_of(f"[{', '.join(angles)}]", angles[0])
        self.lines.append(f"rot([{', '.join(operators)}], {written})")

    def coset(self) -> None:
        group, order = self.group()
        if self.chance(2):
            name = self.fresh("S")
            self.lines.append(f"let {name} = {group}")
            group = name
        angles = ", ".join(self.angle() for _ in range(order))
        operator = self.one_of(f"{group} * {self.word()}", f"{self.word()} * {group}", group)
        self.lines.append(f"rot({operator}, {self.one_of(f'[{angles}]', self.angle())})")

    def definition(self) -> None:
        name = self.fresh("A")
        self.lines.append(f"let {name} = {self.operator()}")
        self.lines.append(f"rot({name}, {self.angle()})")

    def block(self) -> None:
        letter = self.one_of(*"XYZ")
        self.lines.append("block {")
        for _ in range(self.number(1, 3)):
            self.lines.append(f"rot({self.word('I' + letter)}, {self.angle()})")
        self.lines.append("}")

    def unordered(self) -> None:
        self.block()
        start = max(k for k, line in enumerate(self.lines) if line == "block {")
        self.lines[start] = "unordered {"

    def layer(self) -> None:
        choices = [f"mix(q, {self.angle()})", f"mix(angle = {self.angle()}, register = [0])"]
        choices += [f"turn([{self.qubit()}], [{self.angle()}], scale = 2)"]
        for name, shape in self.arrays:
            if len(shape) == 1 and shape[0] >= self.register[1]:
                choices.append(f"turn(q, {name})")
        if self.n > 1:
            a, b = self.pair()
            choices += [f"link({a}, {b}, {self.angle()})", f"link({a}, {a}, {self.angle()})"]
        self.lines.append(self.one_of(*choices))

    def encode(self, depth: int) -> None:
        self.encoding = True
        self.inside("encode", 0)
        self.encoding = False

    def loop(self, depth: int) -> None:
        name = self.fresh("i")
        heads = [
            (f"for {name} in 0..<n", [(name, self.n)]),
            (f"for {name} in 0..=2", [(name, 3)]),
            (f"for {name} in q", [(name, self.n)]),
            (f"for {name} in [0, {self.n - 1}, 0]", [(name, self.n)]),
            (f"for {name} in [j for j in 0..<n if j % 2 == 0 or j == n - 1]", [(name, self.n)]),
            (f"for ({name}, {name}b) in enumerate(q)", [(name, self.n), (f"{name}b", self.n)]),
            (f"for ({name}, {name}b) in zip([1, 0], 0..<2)", [(name, 2), (f"{name}b", 2)]),
            (f"repeat {name} in 0..<{self.number(1, 3)}", [(name, 3)]),
            (f"repeat {self.number(1, 3)}", []),
        ]
        head, loops = self.draw(st.sampled_from(heads))
        self.inside(head, depth, loops)

    def branch(self, depth: int) -> None:
        tests = ["n > 2", "n == 1 or not n < 3", "1 < n <= 3", "|q| == 2 and true", "q.size != n"]
        for name, _ in self.loops:
            tests += [f"{name} % 2 == 0", f"{name} < n - 1", f"not {name} == 1"]
        self.inside(f"if {self.one_of(*tests)}", depth)
        if self.chance(2):
            self.inside(f"else if {self.one_of(*tests)}", depth)
        if self.chance(2):
            self.inside("else", depth)
