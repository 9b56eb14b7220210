"""Random input: nodes and files of the language, programs with a meaning, circuits, damage."""
