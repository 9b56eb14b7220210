"""The search for fewer gates: plans, beams over frames, and the stabilizer frame."""
