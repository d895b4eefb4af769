"""Drives the KKT; fiscalises exactly once."""
