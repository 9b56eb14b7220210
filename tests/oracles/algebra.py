"""Slow answers about Lie algebras of strings: closure, string by string, and what follows from its list."""

from __future__ import annotations

from qansatz.pauli.strings import Pauli, anticommute


def closure(strings):
    """Every string of the algebra: products of anticommuting members, until nothing new appears."""
    found = {Pauli(p.x, p.z) for p in strings} - {Pauli(0, 0)}
    fresh = list(found)
    while fresh:
        made = set()
        for p in fresh:
            for q in list(found):
                if anticommute(p, q):
                    made.add(Pauli(p.x ^ q.x, p.z ^ q.z))
        fresh = [*(made - found)]
        found |= made
    return found


def quick_closure(strings):
    """The same from products with the generators alone, on integers: for comparisons in bulk."""
    generators = list({(p.x, p.z) for p in strings} - {(0, 0)})
    found = set(generators)
    fresh = generators
    while fresh:
        made = set()
        for x, z in fresh:
            for a, b in generators:
                if ((x & b).bit_count() + (z & a).bit_count()) & 1:
                    made.add((x ^ a, z ^ b))
        fresh = [*(made - found)]
        found |= made
    return {Pauli(x, z) for x, z in found}


def centre(algebra):
    """The members that commute with every member."""
    return {p for p in algebra if not any(anticommute(p, q) for q in algebra)}


def simple_dimensions(algebra):
    """The sizes of the components of the anticommutation graph of all members, sorted."""
    left, sizes = set(algebra), []
    while left:
        frontier = [left.pop()]
        size = 0
        while frontier:
            p = frontier.pop()
            size += 1
            near = {q for q in left if anticommute(p, q)}
            left -= near
            frontier += near
        sizes.append(size)
    return sorted(sizes)
