"""What was proved of a circuit, or of a certificate, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qansatz.views.shapes import INTEGER, TEXT, TRUTH, Shape, field, listed, optional, record

if TYPE_CHECKING:
    from qansatz.analysis.gradient.certificate_check import CertificateCheck
    from qansatz.synthesis.verify import Verification

VERIFICATION: Final[Shape[Verification]] = record(
    field("equal", optional(TRUTH), lambda v: v.equal),
    field("method", TEXT, lambda v: v.method),
    field("claim", TEXT, lambda v: v.claim),
    field("witness", optional(TEXT), lambda v: v.witness),
)

CERTIFICATE: Final[Shape[CertificateCheck]] = record(
    field("valid", TRUTH, lambda c: c.valid),
    field("problems", listed(TEXT), lambda c: c.problems),
    field("n_circuits", INTEGER, lambda c: c.n_circuits),
    field("lower_bound", INTEGER, lambda c: c.lower_bound),
    field("of_chosen_derivatives", TRUTH, lambda c: c.chosen),
)
