"""The circuit so far: its initial state, rotations, fixed gates and their Clifford."""

from __future__ import annotations

from itertools import count

from qansatz.model import reals
from qansatz.model.elaboration.columns import Columns
from qansatz.model.program import FixedGate, InitialState, Term
from qansatz.pauli.cliffords import Tableau
from qansatz.pauli.strings import Pauli


class Circuit:
    """Grows by rotations and fixed gates; ``tableau`` is the Clifford of all gates so far.

    ``blocks``, ``layers`` and ``unordered`` give the numbers of the next block, layer and
    unordered group.
    """

    __slots__ = ("blocks", "columns", "gates", "initial", "layers", "tableau", "unordered")

    def __init__(self) -> None:
        self.initial: InitialState | None = None
        self.columns = Columns()
        self.gates: list[FixedGate] = []
        self.tableau = Tableau(0)
        self.blocks = count()
        self.layers = count()
        self.unordered = count()

    def __len__(self) -> int:
        """The number of rotations and fixed gates."""
        return len(self.columns) + len(self.gates)

    def start(self, n_qubits: int) -> None:
        """Work on so many qubits; the circuit must be empty."""
        self.tableau = Tableau(n_qubits)

    def apply(self, gate: FixedGate) -> None:
        """Append a fixed gate: later rotations are pulled back through it."""
        self.tableau.apply(gate.name, gate.qubits)
        self.gates.append(gate)

    def pulled_back(self, term: Term) -> Term:
        """A term after the gates as the term before them: C†PC for P."""
        image = self.tableau.pull(term.pauli)
        coefficient = reals.negate(term.coefficient) if image.phase else term.coefficient
        return Term(coefficient, Pauli(image.x, image.z))
