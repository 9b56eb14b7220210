"""What runs circuits, one module a backend."""
