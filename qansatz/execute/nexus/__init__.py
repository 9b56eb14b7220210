"""Runs on Quantinuum Nexus, and the record that lets them be resumed."""
