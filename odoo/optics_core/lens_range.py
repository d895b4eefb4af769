"""Which lenses exist: ranges of powers, diameters and additions, and why a wish is not among them. No Odoo here."""

from collections.abc import Sequence
from dataclasses import dataclass

from .power import Eye, as_minus

STOCK, SPECIAL, IMPOSSIBLE = "stock", "special", "impossible"


@dataclass(frozen=True, kw_only=True)
class Range:
    """What a maker offers in one diameter: sphere from–to, cylinder (minus) down to, addition from–to."""

    diameter: int
    sph_min: float
    sph_max: float
    cyl_min: float = 0.0
    add_min: float = 0.0
    add_max: float = 0.0
    meridian_min: float = 0.0  # sphere plus cylinder, the strongest meridian; 0: no such limit
    stock: bool = False
    days: int = 0


@dataclass(frozen=True, kw_only=True)
class Miss:
    """By which limit a wish falls out of a range."""

    code: str
    value: float
    low: float = 0.0
    high: float = 0.0
    diameter: int = 0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """``state`` is stock, special or impossible; with the range that fits, or the limits of the nearest one."""

    state: str
    fits: Range | None = None
    misses: tuple[Miss, ...] = ()


def answer(ranges: Sequence[Range], wish: Eye, diameter: int) -> Answer:
    """Say whether a lens of at least this diameter exists for an eye; a stock lens before a special order."""
    eye = as_minus(wish)
    judged = [(_misses(offer, eye, diameter), offer) for offer in ranges]
    fitting = [offer for misses, offer in judged if not misses]
    if fitting:
        best = min(fitting, key=lambda offer: (not offer.stock, offer.days, offer.diameter))
        return Answer(state=STOCK if best.stock else SPECIAL, fits=best)
    if not judged:
        return Answer(state=IMPOSSIBLE, misses=(Miss(code="no_ranges", value=0.0),))
    nearest = min(judged, key=lambda pair: (len(pair[0]), _distance(pair[0])))
    return Answer(state=IMPOSSIBLE, misses=nearest[0])


def _misses(offer: Range, eye: Eye, diameter: int) -> tuple[Miss, ...]:
    found = []

    def miss(code: str, value: float, low: float, high: float) -> None:
        found.append(Miss(code=code, value=value, low=low, high=high, diameter=offer.diameter))

    if diameter > offer.diameter:
        miss("diameter", diameter, 0, offer.diameter)
    if not offer.sph_min <= eye.sph <= offer.sph_max:
        miss("sph", eye.sph, offer.sph_min, offer.sph_max)
    if eye.cyl < offer.cyl_min:
        miss("cyl", eye.cyl, offer.cyl_min, 0)
    if offer.meridian_min and eye.sph + eye.cyl < offer.meridian_min:
        miss("meridian", eye.sph + eye.cyl, offer.meridian_min, 0)
    if not offer.add_min <= eye.add <= offer.add_max:
        miss("add", eye.add, offer.add_min, offer.add_max)
    return tuple(found)


def _distance(misses: tuple[Miss, ...]) -> float:
    return sum(max(miss.low - miss.value, miss.value - miss.high, 0) for miss in misses)
