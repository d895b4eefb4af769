"""Probes, modes with hysteresis, the beat."""
