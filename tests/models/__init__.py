"""Models made by hand, without the front-end."""
