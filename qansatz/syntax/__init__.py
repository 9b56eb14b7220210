"""Text → frozen nodes: the lexer's layout, the parser with recovery, and the canonical form."""
