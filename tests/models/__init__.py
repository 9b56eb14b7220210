"""Models by hand, without the front-end: from statements, and from operations as written."""
