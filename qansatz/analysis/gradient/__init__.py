"""Which derivatives does one circuit measure?"""
