from . import models


def post_init_hook(env):
    """Apply the template to the company the module is installed by."""
    env.company._apply_russian_template()
