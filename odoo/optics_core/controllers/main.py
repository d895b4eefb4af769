import json

from odoo import SUPERUSER_ID, _, http
from odoo.exceptions import AccessError
from odoo.http import request

MAX_ROWS = 1000


class LabExchange(http.Controller):
    """Jobs out, statuses in: for people as a file, for a lab's program with a token."""

    @http.route("/optics/lab/<int:lab_id>/jobs.csv", type="http", auth="user", methods=["GET"])
    def jobs_csv(self, lab_id):
        """Download the waiting jobs of a lab."""
        lab = request.env["optics.lab"].browse(lab_id).exists()
        if not lab:
            raise request.not_found()
        if not request.env.user.has_group("optics_core.group_optician"):
            raise AccessError(_("Jobs are for opticians."))
        headers = [
            ("Content-Type", "text/csv; charset=utf-8"),
            ("Content-Disposition", http.content_disposition(f"jobs-{lab.id}.csv")),
        ]
        return request.make_response(lab._jobs_csv(), headers)

    @http.route("/optics/v1/lab/jobs", type="http", auth="public", methods=["GET"], csrf=False)
    def jobs(self):
        """Answer the waiting jobs of the lab that owns the token."""
        lab = self._lab()
        if not lab:
            return self._answer(
                {"code": "UNAUTHORIZED", "message": "Authorization: Bearer <token> is required"}, 401
            )
        return self._answer({"jobs": lab._job_rows()})

    @http.route("/optics/v1/lab/status", type="http", auth="public", methods=["POST"], csrf=False)
    def status(self):
        """Take [{order, status, note}] and answer what became of each row."""
        lab = self._lab()
        if not lab:
            return self._answer(
                {"code": "UNAUTHORIZED", "message": "Authorization: Bearer <token> is required"}, 401
            )
        try:
            rows = json.loads(request.httprequest.get_data())["statuses"]
        except (ValueError, KeyError, TypeError):
            rows = None
        if (
            not isinstance(rows, list)
            or len(rows) > MAX_ROWS
            or not all(isinstance(row, dict) for row in rows)
        ):
            message = f'The body is {{"statuses": [{{"order", "status", "note"}}]}}, at most {MAX_ROWS}'
            return self._answer({"code": "BAD_REQUEST", "message": message}, 422)
        return self._answer({"results": lab._apply_statuses(rows)})

    def _lab(self):
        kind, _space, token = request.httprequest.headers.get("Authorization", "").partition(" ")
        request.update_env(user=SUPERUSER_ID)
        labs = request.env["optics.lab"]
        return labs._by_token(token) if kind == "Bearer" and token else labs

    def _answer(self, body, status=200):
        return request.make_json_response(body, status=status)
