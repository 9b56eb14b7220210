"""Circuits, gradients and training priced before anything is run."""
