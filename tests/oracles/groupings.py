"""Slow answers about groupings: all spellings that keep anticommuting rotations in order are walked through."""

from __future__ import annotations

from tests.oracles.structure import words_commute


def is_valid(words, label, group):
    """Whether some spelling has every group, of commuting rotations of one label, in one piece."""
    rows = range(len(words))
    pairs = [(i, j) for j in rows for i in range(j) if group[i] == group[j]]
    if any(label[i] != label[j] or not words_commute(words[i], words[j]) for i, j in pairs):
        return False
    waits = {j: {i for i in range(j) if not words_commute(words[i], words[j])} for j in rows}

    def finishes(placed: frozenset[int], last: int | None) -> bool:
        if len(placed) == len(words):
            return True
        left = [k for k in rows if k not in placed]
        same = [k for k in left if group[k] == last]
        return any(finishes(placed | {k}, group[k]) for k in same or left if waits[k] <= placed)

    return finishes(frozenset(), None)
