"""Hybrid logical clock: total order of events on clocks that lie."""
