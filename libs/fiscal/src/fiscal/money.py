"""Whole kopecks and millionths of a unit; every rounding of the product stands in this file."""

from typing import NewType

Kopecks = NewType("Kopecks", int)
"""An amount of money in kopecks. Never a float, never roubles."""

Quantity = NewType("Quantity", int)
"""A quantity in millionths of its unit: 1 piece is 1_000_000 (the unit of FF46h and six decimals of tag 1023)."""

ONE = Quantity(1_000_000)
