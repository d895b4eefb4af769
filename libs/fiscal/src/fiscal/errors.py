"""The root of what this package raises."""


class FiscalError(Exception):
    """A value, a message or a document breaks the rules of the format."""
