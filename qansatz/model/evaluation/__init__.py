"""Expressions → values: arithmetic, operators, graphs, indexing and the functions of the language."""
