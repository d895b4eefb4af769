import base64
import functools
import logging
import uuid

from odoo import _, http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from ..engine.table import MAX_BYTES
from ..models.connector_import import IMPORT_GROUP, ImportRefused

_logger = logging.getLogger(__name__)
_TRUE, _FALSE = ("1", "true", "yes"), ("", "0", "false", "no")
_PAGE, _LARGEST_PAGE = 100, 1000


class ApiError(Exception):
    """An answer other than success: HTTP status, code for programs, text for people."""

    def __init__(self, status, code, message, details=None):
        super().__init__(code)
        self.status, self.code, self.message, self.details = status, code, message, details or {}


def answers_json(endpoint):
    """Every error leaves as {code, message, details, id}; the id is in our log too."""

    @functools.wraps(endpoint)
    def wrapper(*args, **kwargs):
        try:
            if not request.env.user.has_group(IMPORT_GROUP):
                raise ApiError(403, "FORBIDDEN", _("You may not import price lists."))
            return endpoint(*args, **kwargs)
        except ApiError as error:
            return _error(error.status, error.code, error.message, error.details)
        except ImportRefused as refusal:
            request.env.cr.rollback()
            return _error(409, refusal.code, str(refusal), refusal.details)
        except (AccessError, MissingError) as error:
            return _error(404, "NOT_FOUND", str(error), {})

    return wrapper


def _error(status, code, message, details):
    error_id = str(uuid.uuid4())
    _logger.info("connector_api_refused status=%s code=%s id=%s", status, code, error_id)
    body = {"code": code, "message": message, "details": details, "id": error_id}
    return request.make_json_response(body, status=status)


class ConnectorApi(http.Controller):
    """`/v1/connector/import`: upload a price list, follow it, read its report."""

    @http.route(
        "/v1/connector/import",
        type="http",
        auth="connector_api_key",
        methods=["POST"],
        csrf=False,
        save_session=False,
        max_content_length=MAX_BYTES + 1024 * 1024,
    )
    @answers_json
    def upload(self, **form):
        """multipart/form-data: `file`, `profile` (its code), `dry_run`; header Idempotency-Key is optional."""
        data, name = self._file()
        profile = self._profile(form.get("profile"))
        dry_run = _flag("dry_run", form.get("dry_run", ""))
        key = request.httprequest.headers.get("Idempotency-Key") or False
        jobs = request.env["connector.import"]
        values = {
            "profile_id": profile.id,
            "file": base64.b64encode(data),
            "file_name": name,
            "dry_run": dry_run,
            "idempotency_key": key,
            "company_id": request.env.company.id,
        }
        known = key and jobs.search([("idempotency_key", "=", key)], limit=1)
        if known:
            return self._repeated(known, values)
        if not dry_run:
            self._refuse_while_busy(jobs)
        job = jobs.sudo().create(values)
        if not dry_run:
            job._check_tills()
        job._queue("check" if dry_run else "all")
        return request.make_json_response(self._job(job), status=202)

    def _file(self):
        upload = request.httprequest.files.get("file")
        if upload is None:
            raise ApiError(422, "EMPTY_FIELD", _("The field “file” is missing."), {"field": "file"})
        data = upload.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise ApiError(
                413, "FILE_TOO_LARGE", _("The file is larger than %s MB.", MAX_BYTES // 1024 // 1024)
            )
        if not data:
            raise ApiError(422, "EMPTY_FILE", _("The file is empty."), {"field": "file"})
        return data, upload.filename or "upload"

    def _profile(self, code):
        profile = request.env["connector.profile"].search([("code", "=", code)], limit=1) if code else None
        if not profile:
            raise ApiError(
                422, "UNKNOWN_PROFILE", _("There is no such profile."), {"field": "profile", "value": code}
            )
        return profile

    def _repeated(self, known, values):
        """The same key and the same request: the same job. Another request under the key: refused."""
        same = (
            known.profile_id.id == values["profile_id"]
            and known.dry_run == values["dry_run"]
            and known.sha256 == known._digest(values["file"])
        )
        if not same:
            raise ApiError(
                409, "KEY_REUSED", _("This Idempotency-Key belongs to another import."), {"job": known.id}
            )
        return request.make_json_response(self._job(known), status=202)

    def _refuse_while_busy(self, jobs):
        busy = jobs.sudo().search([("state", "in", ("queued", "running"))], limit=1)
        if busy:
            message = _("Another import is running. Try again when it has ended.")
            raise ApiError(409, "IMPORT_RUNNING", message, {"job": busy.id})

    @http.route(
        "/v1/connector/import/<int:job_id>",
        type="http",
        auth="connector_api_key",
        methods=["GET"],
        save_session=False,
    )
    @answers_json
    def status(self, job_id):
        """State, counts and progress of one import."""
        return request.make_json_response(self._job(self._find(job_id)))

    @http.route(
        "/v1/connector/import/<int:job_id>/logs",
        type="http",
        auth="connector_api_key",
        methods=["GET"],
        save_session=False,
    )
    @answers_json
    def logs(self, job_id, **query):
        """The report, paged: `offset`, `limit` (≤ 1000), filters `level`, `type`, `field`, `row`, `sku`, `action`."""
        job = self._find(job_id)
        offset = _number("offset", query.get("offset", "0"), 0, 10**9)
        limit = _number("limit", query.get("limit", str(_PAGE)), 1, _LARGEST_PAGE)
        domain = [("import_id", "=", job.id)]
        for name, column in (
            ("level", "level"),
            ("type", "code"),
            ("field", "field"),
            ("sku", "sku"),
            ("action", "done"),
        ):
            if query.get(name):
                domain.append((column, "=", query[name]))
        if query.get("row"):
            domain.append(("row", "=", _number("row", query["row"], 1, 10**9)))
        messages = request.env["connector.import.message"]
        total = messages.search_count(domain)
        found = messages.search(domain, offset=offset, limit=limit)
        following = offset + len(found)
        body = {
            "total": total,
            "offset": offset,
            "next_offset": following if following < total else None,
            "items": [self._message(message) for message in found],
        }
        return request.make_json_response(body)

    def _find(self, job_id):
        job = request.env["connector.import"].search([("id", "=", job_id)])
        if not job:
            raise ApiError(404, "NOT_FOUND", _("There is no such import."), {"job": job_id})
        return job

    def _job(self, job):
        counts = (
            "total",
            "new",
            "change",
            "same",
            "error",
            "confirm",
            "pending",
            "created",
            "updated",
            "failed",
        )
        return {
            "job": job.id,
            "state": job.state,
            "profile": job.profile_id.code,
            "file": job.file_name,
            "sha256": job.sha256,
            "dry_run": job.dry_run,
            "counts": {name: job[f"{name}_count"] for name in counts},
            "detected": {
                "format": job.found_format or None,
                "encoding": job.found_encoding or None,
                "separator": job.found_separator or None,
                "decimal_mark": job.found_decimal_mark or None,
            },
            "failure": {"code": job.failure_code, "message": job.failure} if job.failure_code else None,
            "progress": job.read_progress(),
            "logs": f"/v1/connector/import/{job.id}/logs",
        }

    def _message(self, message):
        return {
            "row": message.row,
            "sku": message.sku or "",
            "level": message.level,
            "type": message.code,
            "field": message.field or "",
            "value": message.value or "",
            "about": message.about or "",
            "action": message.done,
        }


def _flag(name, text):
    value = text.strip().lower()
    if value not in _TRUE + _FALSE:
        raise ApiError(
            422, "BAD_VALUE", _("The field “%s” must be true or false.", name), {"field": name, "value": text}
        )
    return value in _TRUE


def _number(name, text, least, most):
    if not text.isdecimal() or not least <= int(text) <= most:
        message = _(
            "The field “%(name)s” must be a number from %(least)s to %(most)s.",
            name=name,
            least=least,
            most=most,
        )
        raise ApiError(422, "BAD_VALUE", message, {"field": name, "value": text})
    return int(text)
