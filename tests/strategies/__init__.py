"""Random inputs: nodes and files of the language, programs with a meaning, circuits, damage."""
