from odoo import fields, models


class OpticsShop(models.Model):
    """A shop of the chain: what people, tills, stock, cash and profit are assigned to."""

    _name = "optics.shop"
    _description = "Shop"
    _order = "code"

    name = fields.Char(required=True)
    code = fields.Char(required=True, index=True, help="Short and unique; part of the numbers of documents.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    partner_id = fields.Many2one("res.partner", string="Address")
    warehouse_id = fields.Many2one("stock.warehouse", check_company=True)
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Days",
        default=lambda self: self.env.company.resource_calendar_id,
        help="Deadlines count the days on which this shop works.",
    )
    manager_id = fields.Many2one("res.users", string="Shop Manager")
    user_ids = fields.Many2many(
        "res.users", string="Staff", help="Who may see the prescriptions of this shop."
    )
    config_ids = fields.One2many("pos.config", "shop_id", string="Tills")

    _sql_constraints = [
        ("code_unique", "unique(company_id, code)", "Another shop of this company has this code."),
    ]
