"""The catalog of Odoo as the importer meets it: read in few queries, written in batches, undone."""

from . import cost_batch
from . import snapshot
from . import writer
from . import stock
from . import undo
