"""Sequences of rotations: their order, and what may be exchanged in it."""
