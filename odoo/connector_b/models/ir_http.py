import werkzeug.exceptions

from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _auth_method_connector_api_key(cls):
        """`Authorization: Bearer <API key of a user>`; no session, no cookie, so nothing to forge."""
        scheme, _space, key = request.httprequest.headers.get("Authorization", "").partition(" ")
        user_id = (
            scheme.lower() == "bearer"
            and key
            and request.env["res.users.apikeys"]._check_credentials(scope="rpc", key=key.strip())
        )
        if not user_id:
            answer = request.make_json_response(
                {"code": "UNAUTHORIZED", "message": "API key needed", "details": {}}
            )
            answer.status_code = 401
            answer.headers["WWW-Authenticate"] = "Bearer"
            raise werkzeug.exceptions.Unauthorized(response=answer)
        request.update_env(user=user_id)
        user = request.env.user
        request.update_context(**user.context_get(), allowed_company_ids=user.company_ids.ids)
