"""Product search on the till."""
