"""What do the generators generate?"""
