class CostBatch(dict):
    """Costs that a batch of writes has set: product id → cost. Hashed by identity, because it travels in a context."""

    __hash__ = object.__hash__
    __eq__ = object.__eq__
