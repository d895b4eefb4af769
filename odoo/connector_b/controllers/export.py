import io

import xlsxwriter

from odoo import http
from odoo.http import content_disposition, request

_FINDINGS = ("row", "sku", "level", "code", "field", "value", "about", "done", "stage")
_ROWS = (
    "row",
    "sku",
    "name",
    "ean",
    "kind",
    "done",
    "old_price",
    "price",
    "price_change",
    "cost",
    "old_vat",
    "vat",
    "stock",
    "reasons",
    "confirmed",
)
_PAGE = 5000


class ConnectorExport(http.Controller):
    """The report of an import as a spreadsheet."""

    @http.route("/connector_b/import/<int:job_id>/findings.xlsx", type="http", auth="user", methods=["GET"])
    def findings(self, job_id):
        return self._workbook(job_id, "connector.import.message", _FINDINGS, "findings")

    @http.route("/connector_b/import/<int:job_id>/rows.xlsx", type="http", auth="user", methods=["GET"])
    def rows(self, job_id):
        return self._workbook(job_id, "connector.import.line", _ROWS, "rows")

    def _workbook(self, job_id, model, names, what):
        job = request.env["connector.import"].search([("id", "=", job_id)])
        if not job:
            raise request.not_found()
        name = f"import-{job.id}-{what}.xlsx"
        headers = [
            ("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            ("Content-Disposition", content_disposition(name)),
        ]
        return request.make_response(_spreadsheet(request.env[model], job.id, names), headers)


def _spreadsheet(model, job_id, names):
    """Columns as the screen names them, page by page: a report may have a hundred thousand rows."""
    output = io.BytesIO()
    # Strings stay strings: a SKU that begins with "=" is no formula.
    book = xlsxwriter.Workbook(
        output, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    described = model.fields_get(names)
    bold = book.add_format({"bold": True})
    for column, name in enumerate(names):
        sheet.write(0, column, described[name]["string"], bold)
    labels = {
        name: dict(info["selection"]) for name, info in described.items() if info["type"] == "selection"
    }
    number, offset = 1, 0
    while page := model.search_read([("import_id", "=", job_id)], names, offset=offset, limit=_PAGE):
        for record in page:
            for column, name in enumerate(names):
                sheet.write(number, column, _cell(record[name], labels.get(name), described[name]["type"]))
            number += 1
        offset += _PAGE
    book.close()
    return output.getvalue()


def _cell(value, labels, kind):
    if labels:
        return labels.get(value, "")
    if value is False and kind != "boolean":
        return ""
    return value
