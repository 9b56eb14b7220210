"""The version of the installed package."""

from __future__ import annotations


def version() -> str:
    """The version as the package's metadata has it; ``0+unknown`` where it is not installed."""
    from importlib import metadata

    try:
        return metadata.version("qansatz")
    except metadata.PackageNotFoundError:
        return "0+unknown"
