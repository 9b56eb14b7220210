"""Nodes → a model: declarations, applications and columns, with the workspace they fill."""
