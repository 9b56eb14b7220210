"""A package, so that folders of the same name among installed ones do not hide it."""
