"""Carries the FN's messages to the tax operator."""
