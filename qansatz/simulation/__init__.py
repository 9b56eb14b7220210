"""States and their derivatives at many points, by NumPy or Lightning."""
