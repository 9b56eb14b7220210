"""Gate list to text or bytes that other programs read, one module a format."""
