"""Model to findings: one question per module, one frozen result each."""
