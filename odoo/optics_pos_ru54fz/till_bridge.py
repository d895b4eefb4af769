from odoo import _
from odoo.exceptions import AccessError

GROUP = "optics_pos_ru54fz.group_till_bridge"


def check_is_bridge(env):
    """Only the bridge's service user (or the system itself) speaks for the tills. Note that `env.user` is always
    privileged: the question is about the environment of the caller."""
    if not env.su and not env.user.has_group(GROUP):
        raise AccessError(_("Only the service user of the till bridge may call this method."))
