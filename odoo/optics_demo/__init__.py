from . import story


def post_init_hook(env):
    """Live a week: prescriptions, sales and glasses of three shops."""
    story.tell(env)


def uninstall_hook(env):
    """Goods that were sold and people who sold them stay: only their link to this module goes."""
    env["ir.model.data"].search([("module", "=", "optics_demo")]).unlink()
