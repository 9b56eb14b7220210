"""Circuits become numbers: simulators, emulators and machines; values and gradients."""
