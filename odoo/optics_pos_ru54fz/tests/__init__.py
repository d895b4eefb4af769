from . import test_booking
from . import test_catalog_outbox
from . import test_receipt
from . import test_till_health
from . import test_tours
