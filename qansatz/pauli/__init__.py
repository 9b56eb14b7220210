"""Mathematics of Pauli strings that knows no language."""
