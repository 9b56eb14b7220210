"""Slow, independent second answers."""
