"""A virtual tax operator: real session protocol."""
