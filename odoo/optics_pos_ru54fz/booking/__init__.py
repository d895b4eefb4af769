"""Plain Python: what a receipt of a till is, without a database."""

from . import receipt
from . import vat
