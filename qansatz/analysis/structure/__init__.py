"""Are the declared symmetries, stabilizers and blocks true?"""
