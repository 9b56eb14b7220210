"""The packages: those found, and the grammar, which stands beside them as a folder of its own."""

from setuptools import find_packages, setup

setup(packages=[*find_packages(include=["qansatz", "qansatz.*"]), "qansatz.grammar"])
