"""Names of parameters and inputs in exports: unique, zero-padded, never a reserved word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

# What pytket reads as constants; keywords, types, constants and functions of OpenQASM 3; gates of
# its standard library; Python's keywords; and the names that the emitters themselves use.
_WORDS = """
E I pi oo zoo inf nan EulerGamma Catalan GoldenRatio
OPENQASM include defcalgrammar def cal defcal gate extern box let break continue if else end
return for while in switch case default nop pragma input output const readonly mutable qreg qubit
creg bool bit int uint float angle complex array void duration stretch gphase inv pow ctrl negctrl
dim durationof delay reset measure barrier true false im tau euler U CX
arccos arcsin arctan ceiling cos exp floor log mod popcount rotl rotr sin sqrt tan real imag
sizeof abs
p x y z h s sdg t tdg sx rx ry rz cx cy cz cp crx cry crz ch swap ccx cswap cu phase cphase id u1
u2 u3 u1q rzz q c
False None True and as assert async await class del elif except finally from global import is
lambda nonlocal not or pass raise try with yield parameters inputs qml math np
"""
_RESERVED = frozenset(_WORDS.split())


def identifiers(arrays: Iterable[tuple[str, tuple[int, ...]]]) -> list[str]:
    """An identifier such as ``theta_02_00`` for each entry of the arrays (name, shape), row-major.

    An array whose identifiers would meet another's, or a reserved name, gets underscores after its
    name.
    """
    taken: set[str] = set()
    texts: list[str] = []
    for name, shape in arrays:
        stem = name
        names = list(_entries(stem, shape))
        while not taken.isdisjoint(names) or not _RESERVED.isdisjoint(names):
            stem += "_"
            names = list(_entries(stem, shape))
        taken.update(names)
        texts += names
    return texts


def _entries(stem: str, shape: tuple[int, ...]) -> Iterator[str]:
    axes = [[str(k).zfill(len(str(size - 1))) for k in range(size)] for size in shape]
    return ("_".join((stem, *index)) for index in product(*axes))
