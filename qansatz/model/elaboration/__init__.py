"""Nodes → a model: statements are executed in order and fill the builders of its parts."""
