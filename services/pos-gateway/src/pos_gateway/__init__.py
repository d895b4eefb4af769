"""REST and the POS screen."""
