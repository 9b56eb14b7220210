"""Every claim and every lint of a model, decided."""
