from odoo import _, api, fields, models
from odoo.exceptions import UserError


class ShopDocument(models.AbstractModel):
    """A numbered paper of a shop whose state only its own methods change."""

    _name = "shop.document"
    _description = "Document of a Shop"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    _sequence_code = None  # of ir.sequence
    _open_states = ("draft",)  # in which a person may still edit
    _protected = {"state", "name"}  # written by our methods (as superuser) only

    name = fields.Char(string="Number", readonly=True, copy=False, default="/", index="trigram")
    date = fields.Date(required=True, default=fields.Date.context_today, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    note = fields.Text()

    @api.model_create_multi
    def create(self, vals_list):
        for values in vals_list:
            if not self.env.su and self._protected & values.keys():
                for field in self._protected:
                    values.pop(field, None)
            if values.get("name", "/") == "/":
                company = self.env["res.company"].browse(values.get("company_id")) or self.env.company
                sequence = self.env["ir.sequence"].with_company(company)
                values["name"] = sequence.next_by_code(self._sequence_code) or "/"
        return super().create(vals_list)

    def write(self, values):
        if not self.env.su:
            touched = {name for name in values if not name.startswith(("message_", "activity_"))}
            if self._protected & touched:
                raise UserError(_("The state of %s changes by its buttons only.", self[:1].display_name))
            closed = self.filtered(lambda document: document.state not in document._open_states)
            if touched and closed:
                raise UserError(_("%s is no longer a draft and cannot be changed.", closed[:1].display_name))
        return super().write(values)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_posted(self):
        kept = self.filtered(lambda document: document.state not in ("draft", "cancelled"))
        if kept:
            raise UserError(_("%s was carried out and cannot be deleted.", kept[:1].display_name))

    def _advance(self, allowed_from, state, **values):
        """Move to `state` from one of `allowed_from`; the only place where a state changes."""
        self._check_states(allowed_from)
        self.sudo().write({"state": state, **values})

    def _check_states(self, allowed_from):
        names = dict(self._fields["state"]._description_selection(self.env))
        for document in self:
            if document.state not in allowed_from:
                raise UserError(
                    _(
                        "%(document)s is in the state “%(state)s”: this step is not possible.",
                        document=document.display_name,
                        state=names[document.state],
                    )
                )
