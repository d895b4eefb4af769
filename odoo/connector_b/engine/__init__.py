"""Plain Python: a supplier's file → rows → what to do with each. No database, no clock."""

from . import faults
from . import values
from . import text
from . import table
from . import rows
from . import decide
