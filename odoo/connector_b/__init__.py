from . import engine
from . import catalog
from . import models
from . import controllers
from . import wizard
