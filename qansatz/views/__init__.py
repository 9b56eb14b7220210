"""How results look: words, tables, JSON, LaTeX and pictures."""
