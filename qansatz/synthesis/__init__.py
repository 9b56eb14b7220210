"""Model to a gate list in native gates, and the proof that they agree."""
