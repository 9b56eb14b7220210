"""Expressions → values: arithmetic, operators, graphs, indices and predefined functions."""
