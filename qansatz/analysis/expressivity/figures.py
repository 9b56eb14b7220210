"""Figures of expressivity: SVG that needs nothing else, or matplotlib."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from io import BytesIO
from math import ceil, floor, log10
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from qansatz.analysis.expressivity import haar
from qansatz.analysis.expressivity.fisher import Spectrum
from qansatz.analysis.expressivity.sector import Sector
from qansatz.pauli.states import Floats

_WIDTH, _HEIGHT = 460, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 14, 34, 48
_FILL, _HAAR, _SECTOR, _INK, _DOT = "#9dc3e6", "#c0392b", "#1a7f4b", "#57606a", "#2563c9"
_LEAST_EIGENVALUE = 1e-34


class Sampled(Protocol):
    """What the figures show: fidelities of random pairs, and spectra of the QFIM."""

    @property
    def n_qubits(self) -> int: ...  # noqa: D102 - as in the result
    @property
    def sector(self) -> Sector: ...  # noqa: D102
    @property
    def n_pairs(self) -> int: ...  # noqa: D102
    @property
    def n_bins(self) -> int: ...  # noqa: D102
    @property
    def counts(self) -> npt.NDArray[np.int64]: ...  # noqa: D102
    @property
    def spectra(self) -> tuple[Spectrum, ...]: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class _Axes:
    """Data coordinates → picture coordinates of one panel; y is a power of ten."""

    title: str
    x_label: str
    y_label: str
    x: tuple[float, float]
    decades: tuple[int, int]
    x_ticks: tuple[tuple[float, str], ...]

    def across(self, value: float) -> float:
        low, high = self.x
        return _LEFT + (value - low) / (high - low) * (_WIDTH - _LEFT - _RIGHT)

    def down(self, value: float) -> float:
        low, high = self.decades
        at = low if value <= 0 else min(max(log10(value), low), high)
        return _TOP + (high - at) / (high - low) * (_HEIGHT - _TOP - _BOTTOM)


def figures(result: Sampled) -> str:
    """One SVG document: the fidelity histogram against Haar's law, and the QFIM's spectrum."""
    panels = []
    if result.n_pairs:
        panels.append(_histogram(result))
    if any(len(s.eigenvalues) for s in result.spectra):
        panels.append(_spectrum(result))
    width = _WIDTH * max(1, len(panels))
    body = "".join(
        f'<g transform="translate({_WIDTH * k} 0)">{panel}</g>' for k, panel in enumerate(panels)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_HEIGHT}" width="{width}" '
        f'height="{_HEIGHT}" font-family="system-ui, sans-serif" font-size="12" role="img">'
        "<title>Fidelities of random pairs against Haar-random states, and the spectrum of the QFIM</title>"
        f'<rect width="{width}" height="{_HEIGHT}" fill="white"/>{body}</svg>\n'
    )


def png(result: Sampled) -> bytes:
    """The same two panels as PNG, drawn by matplotlib.

    Raises:
        ImportError: when matplotlib is not installed (the extra ``plots``).
    """
    from matplotlib.figure import Figure

    canvas: Any = Figure(figsize=(9.6, 3.4), layout="constrained")
    left, right = canvas.subplots(1, 2)
    edges = np.arange(result.n_bins + 1) / result.n_bins
    if result.n_pairs:
        left.stairs(result.counts / result.n_pairs, edges, fill=True, color=_FILL, label="circuit")
        for dimension, colour, label in _laws(result):
            masses = _masses(result, dimension)
            left.stairs(masses, edges, baseline=None, color=colour, label=label)
        left.set_yscale("log")
        left.set_ylim(0.3 / result.n_pairs, 1.5)
        left.legend(frameon=False)
    title = f"fidelity of {result.n_pairs} random pairs"
    left.set(title=title, xlabel="fidelity", ylabel="share of pairs")
    for spectrum in result.spectra:
        shown = np.maximum(spectrum.eigenvalues, _LEAST_EIGENVALUE)
        right.semilogy(np.arange(1, len(shown) + 1), shown, ".", color=_DOT, alpha=0.5)
    if result.spectra:
        rank = result.spectra[0].rank
        right.axvline(rank + 0.5, color=_HAAR, linestyle="--", label=f"rank {rank}")
        right.legend(frameon=False, loc="center")
    title = f"QFIM spectrum at {len(result.spectra)} random points"
    right.set(title=title, xlabel="eigenvalue, largest first", ylabel="eigenvalue")
    buffer = BytesIO()
    canvas.savefig(buffer, format="png", dpi=150)
    return buffer.getvalue()


def _laws(result: Sampled) -> list[tuple[int, str, str]]:
    """Dimension, colour and name of each Haar law to compare with."""
    whole = 2**result.n_qubits
    laws = [(whole, _HAAR, f"Haar, {whole} dimensions")]
    if result.sector.dimension < whole:
        dimension = result.sector.dimension
        laws.append((dimension, _SECTOR, f"Haar, {dimension} dimensions (sector)"))
    return laws


def _masses(result: Sampled, dimension: int) -> Floats:
    masses: Floats = np.exp(haar.log_masses(dimension, result.n_bins))
    return masses


def _histogram(result: Sampled) -> str:
    shares = result.counts / result.n_pairs
    axes = _Axes(
        title=f"fidelity of {result.n_pairs} random pairs",
        x_label="fidelity",
        y_label="share of pairs",
        x=(0.0, 1.0),
        decades=(floor(log10(0.5 / result.n_pairs)), 0),
        x_ticks=tuple((k / 5, f"{k / 5:g}") for k in range(6)),
    )
    bottom = axes.down(0)
    parts = [_frame(axes)]
    for k, share in enumerate(shares.tolist()):
        if share:
            x, y = axes.across(k / result.n_bins), axes.down(share)
            wide = axes.across((k + 1) / result.n_bins) - x
            parts.append(
                f'<rect x="{x:.2f}" y="{y:.2f}" width="{wide:.2f}" height="{bottom - y:.2f}" '
                f'fill="{_FILL}"/>'
            )
    parts.append(_key(0, "circuit", _DOT))
    for place, (dimension, colour, name) in enumerate(_laws(result), start=1):
        steps = []
        for k, mass in enumerate(_masses(result, dimension).tolist()):
            y = axes.down(mass)
            if y >= bottom:  # the law falls from bin to bin
                steps.append(f"{axes.across(k / result.n_bins):.2f},{bottom:.2f}")
                break
            steps += [
                f"{axes.across(k / result.n_bins):.2f},{y:.2f}",
                f"{axes.across((k + 1) / result.n_bins):.2f},{y:.2f}",
            ]
        parts.append(
            f'<polyline points="{" ".join(steps)}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
        )
        parts.append(_key(place, name, colour))
    return "".join(parts)


def _key(place: int, name: str, colour: str) -> str:
    """One line of the legend."""
    return _text(_WIDTH - _RIGHT - 6, _TOP + 18 + 16 * place, name, "end", colour)


def _spectrum(result: Sampled) -> str:
    longest = max(len(s.eigenvalues) for s in result.spectra)
    top = max(float(s.eigenvalues.max(initial=0)) for s in result.spectra)
    least = min(float(s.eigenvalues.min(initial=1)) for s in result.spectra)
    high = ceil(log10(max(top, _LEAST_EIGENVALUE)))
    low = min(floor(log10(max(least, _LEAST_EIGENVALUE))), high - 1)
    step = max(1, -(-longest // 8))
    axes = _Axes(
        title=f"QFIM spectrum at {len(result.spectra)} random points",
        x_label="eigenvalue, largest first",
        y_label="eigenvalue",
        x=(0.5, longest + 0.5),
        decades=(low, high),
        x_ticks=tuple((float(k), str(k)) for k in range(1, longest + 1, step)),
    )
    parts = [_frame(axes)]
    for spectrum in result.spectra:
        for k, value in enumerate(spectrum.eigenvalues.tolist(), start=1):
            x, y = axes.across(k), axes.down(value)
            parts.append(f'<circle cx="{x:.2f}" cy="{y:.2f}" r="2" fill="{_DOT}" opacity="0.5"/>')
    rank = result.spectra[0].rank
    x = axes.across(rank + 0.5)
    parts.append(
        f'<line x1="{x:.2f}" x2="{x:.2f}" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM}" stroke="{_HAAR}" '
        'stroke-dasharray="4 3"/>'
    )
    before = rank > longest / 2
    parts.append(
        _text(
            x - 6 if before else x + 6,
            (_TOP + _HEIGHT - _BOTTOM) / 2,
            f"rank {rank}",
            "end" if before else "start",
            _HAAR,
        )
    )
    return "".join(parts)


def _frame(axes: _Axes) -> str:
    bottom, right = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT
    parts = [
        f'<rect x="{_LEFT}" y="{_TOP}" width="{right - _LEFT}" height="{bottom - _TOP}" fill="none" '
        f'stroke="{_INK}" stroke-opacity="0.4"/>',
        _text((_LEFT + right) / 2, 20, axes.title, "middle", "#24292f"),
        _text((_LEFT + right) / 2, _HEIGHT - 10, axes.x_label, "middle"),
        f'<text transform="translate(14 {(_TOP + bottom) / 2:.0f}) rotate(-90)" text-anchor="middle" '
        f'fill="{_INK}">{escape(axes.y_label)}</text>',
    ]
    for value, label in axes.x_ticks:
        parts.append(_text(axes.across(value), bottom + 16, label, "middle"))
    low, high = axes.decades
    step = max(1, -(-(high - low) // 7))
    for power in range(-(-low // step) * step, high + 1, step):
        y = axes.down(10.0**power)
        parts.append(
            f'<line x1="{_LEFT}" x2="{right}" y1="{y:.2f}" y2="{y:.2f}" stroke="{_INK}" stroke-opacity="0.15"/>'
        )
        parts.append(_text(_LEFT - 6, y + 4, _power(power), "end"))
    return "".join(parts)


def _power(exponent: int) -> str:
    superscripts = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    return "1" if exponent == 0 else f"10{str(exponent).translate(superscripts)}"


def _text(x: float, y: float, text: str, anchor: str, colour: str = _INK) -> str:
    return f'<text x="{x:.2f}" y="{y:.2f}" text-anchor="{anchor}" fill="{colour}">{escape(text)}</text>'
