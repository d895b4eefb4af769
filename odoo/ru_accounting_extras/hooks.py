def post_init_hook(env):
    """Give every company with a chart of accounts what the documents post to."""
    env["res.company"].search([])._setup_shop_finance()


def uninstall_hook(env):
    """Remove the trigger function; PostgreSQL dropped the trigger together with its table."""
    env.cr.execute("DROP FUNCTION IF EXISTS shop_audit_log_protect() CASCADE")
