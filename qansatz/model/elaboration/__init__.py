"""Nodes → a model: statements executed in order, each part of the model grown by a builder of its own."""
