"""The keyword arguments of a compilation's methods are the fields of the options that they build."""

from __future__ import annotations

import inspect
from dataclasses import MISSING, fields

import pytest

from qansatz.analysis.expressivity.options import ExpressivityOptions
from qansatz.compilation import Compilation
from qansatz.cost.options import CostOptions
from qansatz.execute.options import ExpectationOptions, GradientOptions

#: Fields that the command line and Python's `gradient_at` set, and `gradient` leaves at their defaults.
NOT_IN_GRADIENT = {"time_limit", "max_strings"}


@pytest.mark.parametrize(
    ("method", "options", "left_out"),
    [
        (Compilation.cost, CostOptions, set()),
        (Compilation.expressivity, ExpressivityOptions, set()),
        (Compilation.expectations, ExpectationOptions, set()),
        (Compilation.gradient, GradientOptions, NOT_IN_GRADIENT),
    ],
)
def test_arguments_are_the_fields_with_their_defaults(method, options, left_out):
    arguments = inspect.signature(method).parameters
    assert not any(p.kind is p.VAR_KEYWORD for p in arguments.values())
    for field in fields(options):
        if field.name not in left_out:
            assert field.default is not MISSING
            assert arguments[field.name].default == field.default
            assert arguments[field.name].annotation == field.type


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"seconds": -1.0}, "seconds must be"),
        ({"pytket_seconds": float("inf")}, "pytket_seconds must be"),
        ({"effort": float("nan")}, "effort must be"),
        ({"target": "H9"}, "no target 'H9'"),
        ({"shots": 2.5}, "shots must be a whole number"),
        ({"epochs": True}, "epochs must be a whole number"),
    ],
)
def test_costs_that_cannot_be_asked_for(options, text):
    with pytest.raises(ValueError, match=text):
        CostOptions(**options)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"method": "parameter_shift"}, "no method 'parameter_shift'; there are schedule,"),
        ({"method": "hadamard-test"}, "no method 'hadamard-test'"),
        ({"time_limit": 0.0}, "time_limit must be a positive number"),
        ({"max_strings": 0}, "max_strings must be at least 1"),
        ({"method": "adjoint", "precision": 0.1}, "takes no shots or precision"),
    ],
)
def test_gradients_that_cannot_be_asked_for(options, text):
    with pytest.raises(ValueError, match=text):
        GradientOptions(**options)
