"""Powers of one eye as plain values: limits, transposition, how far two corrections differ. No Odoo here.

Signs and axes follow ISO 13666 (TABO scheme: 0…180°, counter-clockwise as seen by the observer).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import cos, hypot, radians, sin

STEP = 0.25  # dioptres; prism dioptres too
SPH_LIMIT = 30.0
CYL_LIMIT = 12.0
ADD_LOW, ADD_HIGH = 0.5, 4.0
PRISM_HIGH = 20.0
PD_LOW, PD_HIGH = 20.0, 40.0  # one eye, mm
NOTABLE_CHANGE = 1.0  # dioptres, from one prescription to the next
_SWAP_AT_LEAST = 0.5  # below this difference between the eyes a swap means nothing


@dataclass(frozen=True, kw_only=True)
class Eye:
    """The correction of one eye; dioptres, degrees, prism dioptres, millimetres; 0 or empty: not prescribed."""

    sph: float = 0.0
    cyl: float = 0.0
    axis: int = 0
    add: float = 0.0
    prism: float = 0.0
    base: str = ""
    pd: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why a correction cannot be: ``code`` names the reason, the rest fills its sentence."""

    code: str
    field: str
    value: float = 0.0
    low: float = 0.0
    high: float = 0.0


def transposed(eye: Eye) -> Eye:
    """Return the same correction in the other cylinder notation; a sphere stays as it is."""
    if not eye.cyl:
        return eye
    axis = eye.axis + 90 if eye.axis <= 90 else eye.axis - 90
    return replace(eye, sph=eye.sph + eye.cyl, cyl=-eye.cyl, axis=axis)


def as_minus(eye: Eye) -> Eye:
    """Return the correction in minus-cylinder notation."""
    return transposed(eye) if eye.cyl > 0 else eye


def problems(eye: Eye) -> Iterator[Problem]:
    """Yield everything that is wrong with a correction."""
    for field, value, low, high in (
        ("sph", eye.sph, -SPH_LIMIT, SPH_LIMIT),
        ("cyl", eye.cyl, -CYL_LIMIT, CYL_LIMIT),
        ("axis", eye.axis, 0, 180),
        ("add", eye.add, ADD_LOW if eye.add else 0, ADD_HIGH),
        ("prism", eye.prism, 0, PRISM_HIGH),
        ("pd", eye.pd, PD_LOW if eye.pd else 0, PD_HIGH),
    ):
        if not low <= value <= high:
            yield Problem(code="range", field=field, value=value, low=low, high=high)
    for field, value in (("sph", eye.sph), ("cyl", eye.cyl), ("add", eye.add), ("prism", eye.prism)):
        if value % STEP:
            yield Problem(code="step", field=field, value=value)
    if eye.pd % 0.5:
        yield Problem(code="step", field="pd", value=eye.pd)
    # 0° and 180° are one axis; an axis of 0 with a cylinder is nearly always a field left empty.
    if eye.cyl and not eye.axis:
        yield Problem(code="no_axis", field="axis")
    if eye.axis and not eye.cyl:
        yield Problem(code="no_cylinder", field="cyl")
    if bool(eye.prism) != bool(eye.base):
        yield Problem(code="prism_base", field="base")


def change(old: Eye, new: Eye) -> float:
    """Return by how many dioptres the correction changes in the meridian in which it changes most.

    In power vectors (M, J0, J45) the difference of two spherocylinders is a spherocylinder again; its
    strongest meridian is |M| + |J|. The notation of the cylinder does not matter.
    """
    mean, straight, oblique = (b - a for a, b in zip(_vector(old), _vector(new), strict=True))
    return abs(mean) + hypot(straight, oblique)


def swapped(old_right: Eye, old_left: Eye, new_right: Eye, new_left: Eye) -> bool:
    """Tell whether the new correction looks like the old one with right and left exchanged."""
    straight = max(change(old_right, new_right), change(old_left, new_left))
    crossed = max(change(old_right, new_left), change(old_left, new_right))
    return straight >= _SWAP_AT_LEAST and crossed * 2 < straight


def text(eye: Eye) -> str:
    """Return the correction as an optician writes it, such as ``+1.25 / -0.50 x 90 Add +2.00``."""
    words = [f"{eye.sph:+.2f}"]
    if eye.cyl:
        words.append(f"/ {eye.cyl:+.2f} x {eye.axis}")
    if eye.add:
        words.append(f"Add {eye.add:+.2f}")
    if eye.prism:
        words.append(f"Pr {eye.prism:.2f} {eye.base}")
    if eye.pd:
        words.append(f"PD {eye.pd:g}")
    return " ".join(words)


def _vector(eye: Eye) -> tuple[float, float, float]:
    double = radians(2 * eye.axis)
    return eye.sph + eye.cyl / 2, -eye.cyl / 2 * cos(double), -eye.cyl / 2 * sin(double)
