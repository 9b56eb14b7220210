"""How much of its space does the circuit reach, sampled and bounded?"""
