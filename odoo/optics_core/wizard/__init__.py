from . import optics_lab_import
from . import optics_remake
