"""Nodes → concrete generators: names resolved, values computed, loops unrolled into columns."""
