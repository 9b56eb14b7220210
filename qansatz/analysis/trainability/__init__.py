"""How large is the variance of the cost, and how fast does it fall with the size?"""
