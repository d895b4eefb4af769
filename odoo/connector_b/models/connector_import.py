import base64
import hashlib
import logging
import re
from datetime import timedelta

import psycopg2

from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..engine import rows as row_engine
from ..engine import table as table_engine
from ..engine.faults import Unreadable

_logger = logging.getLogger(__name__)

IMPORT_GROUP = "connector_b.group_import"
OVERRIDE_GROUP = "connector_b.group_override"
INLINE_ROWS = 2000  # what a person may wait for; larger files run in the background
INLINE_BYTES = 400_000
_LOCK = 0x434F4E42  # one import at a time: key of the advisory lock
_FENCE = "connector_b.import_fence"
ATTEMPTS = 3
_BUSY_RETRY = timedelta(minutes=1)
# What only the import itself writes: above all the state and a manager's word.
_MACHINE = re.compile(r"state|task|sha256|failure.*|found_.*|override_.*|started_at|seconds|.*_count")


class ImportRefused(UserError):
    """The import may not run now; `code` is for programs, the text for people."""

    def __init__(self, code, message, details=None):
        super().__init__(message)
        self.code = code
        self.details = details or {}


class ConnectorImport(models.Model):
    """One price list on its way into the catalog: read, checked, confirmed, imported, perhaps rolled back."""

    _name = "connector.import"
    _description = "Price List Import"
    _inherit = ["mail.thread"]
    _order = "id desc"

    name = fields.Char(compute="_compute_name", store=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    profile_id = fields.Many2one("connector.profile", string="Profile", required=True)
    file = fields.Binary(string="Price list", required=True, attachment=True)
    file_name = fields.Char()
    sha256 = fields.Char(string="SHA-256", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "File"),
            ("queued", "Waiting"),
            ("running", "Running"),
            ("checked", "Preview"),
            ("done", "Imported"),
            ("failed", "Failed"),
            ("rolled_back", "Rolled back"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )
    task = fields.Selection(
        [("check", "Check"), ("write", "Import"), ("all", "Check and import"), ("undo", "Roll back")],
        readonly=True,
        copy=False,
    )
    dry_run = fields.Boolean(readonly=True, help="Checked for the API, never to be imported.")
    idempotency_key = fields.Char(readonly=True, copy=False)
    failure = fields.Char(readonly=True, copy=False)
    failure_code = fields.Char(readonly=True, copy=False)
    started_at = fields.Datetime(readonly=True, copy=False)
    seconds = fields.Float(string="Took, s", readonly=True, copy=False, digits=(16, 1))

    # what was detected
    found_format = fields.Char(string="Format", readonly=True, copy=False)
    found_encoding = fields.Char(string="Encoding found", readonly=True, copy=False)
    found_separator = fields.Char(string="Separator found", readonly=True, copy=False)
    found_decimal_mark = fields.Char(string="Decimal mark found", readonly=True, copy=False)
    found_sheet = fields.Char(string="Sheet found", readonly=True, copy=False)
    found_header_row = fields.Integer(string="Headers in row", readonly=True, copy=False)
    found_columns = fields.Char(string="Columns found", readonly=True, copy=False)

    # how much of it
    total_count = fields.Integer(string="Rows", readonly=True, copy=False)
    new_count = fields.Integer(string="New", readonly=True, copy=False)
    change_count = fields.Integer(string="Changes", readonly=True, copy=False)
    same_count = fields.Integer(string="Unchanged", readonly=True, copy=False)
    error_count = fields.Integer(string="Errors", readonly=True, copy=False)
    confirm_count = fields.Integer(string="To confirm", compute="_compute_open_counts")
    pending_count = fields.Integer(string="Ready to import", compute="_compute_open_counts")
    message_count_all = fields.Integer(string="Findings", compute="_compute_message_count_all")
    created_count = fields.Integer(string="Created", readonly=True, copy=False)
    updated_count = fields.Integer(string="Updated", readonly=True, copy=False)
    failed_count = fields.Integer(string="Failed rows", readonly=True, copy=False)

    # a manager's word
    override_tills = fields.Char(string="Overridden for tills", readonly=True, copy=False, tracking=True)
    override_reason = fields.Char(readonly=True, copy=False, tracking=True)
    override_by = fields.Many2one("res.users", string="Overridden by", readonly=True, copy=False)
    override_at = fields.Datetime(string="Overridden on", readonly=True, copy=False)

    line_ids = fields.One2many("connector.import.line", "import_id", string="Rows of the file", readonly=True)
    finding_ids = fields.One2many("connector.import.message", "import_id", string="Report", readonly=True)

    _sql_constraints = [
        ("key_unique", "UNIQUE(company_id, idempotency_key)", "An import with this key exists."),
    ]

    @api.depends("profile_id", "file_name")
    def _compute_name(self):
        for job in self:
            job.name = " · ".join(filter(None, [job.profile_id.code, job.file_name])) or _("Price list")

    @api.depends("line_ids.kind", "line_ids.confirmed", "line_ids.done")
    def _compute_open_counts(self):
        groups = self.env["connector.import.line"]._read_group(
            [("import_id", "in", self.ids), ("done", "=", "none")],
            ["import_id", "kind", "confirmed"],
            ["__count"],
        )
        for job in self:
            mine = [(kind, confirmed, count) for owner, kind, confirmed, count in groups if owner == job]
            job.confirm_count = sum(n for kind, confirmed, n in mine if kind == "confirm" and not confirmed)
            job.pending_count = sum(
                n for kind, confirmed, n in mine if kind in ("new", "change") or confirmed
            )

    def _compute_message_count_all(self):
        groups = self.env["connector.import.message"]._read_group(
            [("import_id", "in", self.ids)], ["import_id"], ["__count"]
        )
        counts = {job.id: count for job, count in groups}
        for job in self:
            job.message_count_all = counts.get(job.id, 0)

    @api.model
    def _digest(self, encoded):
        """SHA-256 of a file given in base64."""
        return hashlib.sha256(base64.b64decode(encoded)).hexdigest()

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_written(vals)
            if vals.get("file"):
                vals["sha256"] = self._digest(vals["file"])
        return super().create(vals_list)

    def _check_written(self, vals):
        if not self.env.su and any(_MACHINE.fullmatch(name) for name in vals):
            raise AccessError(_("What an import has found and done cannot be edited."))

    def write(self, vals):
        self._check_written(vals)
        if vals.get("file"):
            if any(job.state not in ("draft", "failed") for job in self):
                raise UserError(_("The file of an import that was checked stays. Make a new import."))
            vals = {**vals, "sha256": self._digest(vals["file"])}
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_imported(self):
        if any(job.state in ("done", "rolled_back", "running", "queued") for job in self):
            raise UserError(_("An import that was run is kept: it is the record of what changed."))

    # --- buttons -----------------------------------------------------------------------------------------

    def action_check(self):
        """Read and check the file; nothing in the catalog changes."""
        return self._start("check", ("draft", "failed", "checked"))

    def action_import(self):
        """Import what is ready. With receipts on their way, a manager is asked for a reason, others are refused."""
        self.ensure_one()
        try:
            return self._start("write", ("checked", "done"))
        except ImportRefused as refusal:
            if refusal.code == "UNSYNC_BUFFERS" and self.env.user.has_group(OVERRIDE_GROUP):
                return self._ask_override("write")
            raise

    def action_roll_back(self):
        """Take the whole import back."""
        self.ensure_one()
        try:
            return self._start("undo", ("done",))
        except ImportRefused as refusal:
            if refusal.code == "UNSYNC_BUFFERS" and self.env.user.has_group(OVERRIDE_GROUP):
                return self._ask_override("undo")
            raise

    def action_confirm_all(self):
        self.ensure_one()
        self.line_ids.filtered(lambda line: line.kind == "confirm")._confirm()
        return True

    def action_view_lines(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("connector_b.connector_import_line_action")
        return {**action, "domain": [("import_id", "=", self.id)], "context": {"search_default_open": 0}}

    def action_view_confirm(self):
        return {**self.action_view_lines(), "context": {"search_default_confirm": 1}}

    def action_view_messages(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("connector_b.connector_import_message_action")
        return {**action, "domain": [("import_id", "=", self.id)], "context": {}}

    def action_export_errors(self):
        return self._export_action("findings")

    def action_export_report(self):
        return self._export_action("rows")

    def _export_action(self, what):
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/connector_b/import/{self.id}/{what}.xlsx",
            "target": "download",
        }

    def _ask_override(self, task):
        return {
            "type": "ir.actions.act_window",
            "name": _("Tills hold receipts"),
            "res_model": "connector.import.override",
            "view_mode": "form",
            "target": "new",
            "context": {"default_import_id": self.id, "default_task": task},
        }

    # --- starting ------------------------------------------------------------------------------------------

    def _check_may_import(self):
        if not self.env.su and not self.env.user.has_group(IMPORT_GROUP):
            raise AccessError(_("You may not import price lists."))

    def _start(self, task, states):
        """Run at once what is small, queue what is large."""
        self.ensure_one()
        self._check_may_import()
        if self.state not in states:
            state = dict(self._fields["state"]._description_selection(self.env))[self.state]
            raise ImportRefused("WRONG_STATE", _("An import in state “%s” cannot do this.", state))
        if self.dry_run and task != "check":
            raise ImportRefused("DRY_RUN", _("This import was made for checking only."))
        if task in ("write", "all", "undo"):
            self._check_tills()
        job = self.sudo()
        if task == "all" or self._is_large(task):
            job._queue(task)
        else:
            job._lock()
            job._run_task(task, progress=_no_progress)
        return True

    def _is_large(self, task):
        if task == "check":
            return len(self.with_context(bin_size=False).file or b"") * 3 // 4 > INLINE_BYTES
        return self.total_count > INLINE_ROWS

    def _queue(self, task):
        self.write({"state": "queued", "task": task, "failure": False, "failure_code": False})
        self.env.ref("connector_b.ir_cron_connector_import")._trigger()

    def _check_tills(self):
        """A price must not change under receipts that are on their way; silence counts as receipts."""
        allowed = set((self.override_tills or "").split(", ")) if self.override_reason else set()
        tills = [
            till
            for till in self.env["pos.offline.buffer.status"].unsynced_tills()
            if till["till"] not in allowed
        ]
        if tills:
            names = ", ".join(self._till_text(till) for till in tills)
            message = _(
                "UNSYNC_BUFFERS: prices cannot change while tills hold receipts or are silent: %s", names
            )
            raise ImportRefused("UNSYNC_BUFFERS", message, {"tills": tills})

    def _till_text(self, till):
        if till["reason"] == "undelivered":
            return _("%(till)s (%(count)s receipts)", till=till["till"], count=till["undelivered"])
        return _("%s (silent)", till["till"])

    def _lock(self):
        """One import at a time, until the end of the transaction."""
        self.env.cr.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not self.env.cr.fetchone()[0]:
            raise ImportRefused(
                "IMPORT_RUNNING", _("Another import is running. Try again when it has ended.")
            )

    # --- running -------------------------------------------------------------------------------------------

    def _run_task(self, task, progress):
        """One task under a savepoint: it happens whole or not at all, and the log of a failure stays."""
        started = fields.Datetime.now()
        clock = _Stopwatch(self.env)
        try:
            with self.env.cr.savepoint():
                self._perform(task, progress)
        except psycopg2.OperationalError:
            raise  # a conflict with another transaction: the caller repeats the whole
        except Unreadable as problem:
            self._fail(problem.code, self._unreadable_text(problem))
        except ImportRefused as refusal:
            self._fail(refusal.code, str(refusal))
        except Exception as error:
            _logger.exception("connector_import_failed id=%s task=%s", self.id, task)
            self._fail("INTERNAL", f"{type(error).__name__}: {error}")
        self.write({"started_at": started, "seconds": clock.seconds(), "task": False})

    def _perform(self, task, progress):
        if task == "check":
            self._check_file(progress)
            return
        self._check_tills()
        if task == "write":
            self._import_rows(progress)
        else:
            self._undo(progress)

    def _fail(self, code, text):
        """Nothing changed. After a failed write or rollback the import can be tried again from where it was."""
        was_done = bool(self.line_ids.filtered(lambda line: line.done in ("created", "updated")))
        self.write({"state": "done" if was_done else "failed", "failure_code": code, "failure": text})
        self.message_post(body=_("Failed, nothing was changed: %s", text))

    def _check_file(self, progress):
        """Read the file into rows with a plan for each."""
        progress("read", 0, 0)
        profile = self.profile_id
        data = base64.b64decode(self.with_context(bin_size=False).file or b"")
        table = table_engine.read(data, profile._layout())
        checked, mark = row_engine.check(table, profile._reading(profile._taxes_today()))
        self._forget_rows()
        self.write(
            {
                "state": "checked",
                "failure": False,
                "failure_code": False,
                "found_format": table.file_format,
                "found_encoding": table.encoding,
                "found_separator": {"\t": "TAB"}.get(table.separator, table.separator),
                "found_decimal_mark": mark,
                "found_sheet": table.sheet,
                "found_header_row": table.header_row,
                "found_columns": ", ".join(f"{header} → {name}" for name, header in table.columns.items()),
                "total_count": len(checked),
            }
        )
        self._store_rows(checked)
        self._decide_rows(progress)
        self._count_rows()

    def _unreadable_text(self, problem):
        texts = {
            "EMPTY_FILE": _("The file has no rows."),
            "FILE_TOO_LARGE": _("The file is larger than %(limit_mb)s MB."),
            "TOO_MANY_ROWS": _("The file has more than %(limit)s rows."),
            "BAD_ENCODING": _("The file is not text in the encoding %(encoding)s."),
            "BAD_CSV": _("The csv file is damaged: %(error)s"),
            "BAD_XLSX": _("The xlsx file is damaged: %(error)s"),
            "BAD_XLS": _("The xls file is damaged: %(error)s"),
            "NO_SHEET": _("There is no sheet “%(sheet)s”; the file has: %(sheets)s"),
            "NO_COLUMNS": _("Columns are missing: %(missing)s. Found: %(found)s. Is it the right profile?"),
        }
        return texts[problem.code] % problem.detail

    # --- in the background ---------------------------------------------------------------------------------

    @api.model
    def _cron_run_queue(self):
        """Run what is queued, one after another, each in transactions of its own."""
        try:
            self._fail_interrupted()
            while job := self.search([("state", "=", "queued")], order="id", limit=1):
                job._run_queued()
        except ImportRefused:  # someone imports at this moment: what is queued stays queued
            self.env.cr.rollback()
            self.env.ref("connector_b.ir_cron_connector_import")._trigger(fields.Datetime.now() + _BUSY_RETRY)

    def _run_queued(self):
        steps = ("check", "write") if self.task == "all" else (self.task,)
        for step in steps:
            self._lock()
            self.write({"state": "running", "task": step})
            self.env.cr.commit()  # pylint: disable=invalid-commit # people must see that it runs
            self._run_in_background(step)
            if self.failure_code:
                break
            if step != steps[-1]:
                self._queue("write")
                self.env.cr.commit()  # pylint: disable=invalid-commit # the rows stay, whatever comes

    def _run_in_background(self, task):
        writer = self.env["connector.import.progress"]
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._lock()
                self._run_task(task, lambda phase, done, total: writer._put(self.id, phase, done, total))
                self.env.cr.commit()  # pylint: disable=invalid-commit # the end of this import's transaction
                return
            except psycopg2.OperationalError as conflict:
                self.env.cr.rollback()
                _logger.info("connector_import_conflict id=%s attempt=%s", self.id, attempt)
                problem = str(conflict)
        self._fail("CONFLICT", problem)
        self.env.cr.commit()  # pylint: disable=invalid-commit # the failure is the record of this import

    @api.model
    def _fail_interrupted(self):
        """Imports that a killed server left: their transaction never ended, so the catalog is as before."""
        running = self.search([("state", "=", "running")])
        if running:
            self._lock()  # refused while one really runs
            for job in running:
                job._fail("INTERRUPTED", _("The server stopped in the middle."))
            self.env.cr.commit()  # pylint: disable=invalid-commit # gives the lock back

    def read_progress(self):
        """For the progress bar: {state, phase, position, total}."""
        self.ensure_one()
        self.check_access_rights("read")
        self.check_access_rule("read")
        progress = self.env["connector.import.progress"].sudo().search([("import_id", "=", self.id)])
        phase = dict(progress._fields["phase"]._description_selection(self.env)).get(progress.phase, "")
        return {"state": self.state, "phase": phase, "position": progress.position, "total": progress.total}


class _Stopwatch:
    """Seconds by the database's clock."""

    def __init__(self, env):
        self._cr = env.cr
        self._start = self._now()

    def _now(self):
        self._cr.execute("SELECT extract(epoch FROM clock_timestamp())")
        return float(self._cr.fetchone()[0])

    def seconds(self):
        return self._now() - self._start


def _no_progress(_phase, _position, _total):
    """A small import ends before a person could look."""
