from . import connector_import_override
