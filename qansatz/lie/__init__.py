"""Lie algebras that Pauli strings and sums of them generate; no language."""
