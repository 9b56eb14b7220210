"""Values and gradients, one module a method."""
