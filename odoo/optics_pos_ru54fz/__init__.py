from . import booking
from . import models
