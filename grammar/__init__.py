"""The grammar of the language, as package data: the Lark grammar and the hand-written syntax messages."""
