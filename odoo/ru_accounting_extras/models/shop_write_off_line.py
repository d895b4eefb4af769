from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare


class ShopWriteOffLine(models.Model):
    _name = "shop.write.off.line"
    _description = "Line of a Write-off"

    write_off_id = fields.Many2one("shop.write.off", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="write_off_id.company_id")
    currency_id = fields.Many2one(related="write_off_id.currency_id")
    product_id = fields.Many2one(
        "product.product", required=True, domain="[('type', '=', 'product')]", check_company=True, index=True
    )
    tracking = fields.Selection(related="product_id.tracking")
    lot_id = fields.Many2one("stock.lot", string="Lot", domain="[('product_id', '=', product_id)]")
    quantity = fields.Float(required=True, default=1.0, digits="Product Unit of Measure")
    on_hand = fields.Float(compute="_compute_on_hand", digits="Product Unit of Measure")
    value = fields.Monetary(compute="_compute_value", store=True, readonly=True)
    move_ids = fields.One2many("stock.move", "write_off_line_id", string="Stock moves")

    _sql_constraints = [
        ("quantity_positive", "CHECK(quantity > 0)", "A write-off needs a quantity above zero.")
    ]

    @api.depends("product_id", "lot_id", "write_off_id.shop_id")
    def _compute_on_hand(self):
        quants = self.env["stock.quant"].sudo()
        for line in self:
            location = line.write_off_id.shop_id.warehouse_id.lot_stock_id
            line.on_hand = (
                quants._get_available_quantity(line.product_id, location, lot_id=line.lot_id)
                if location and line.product_id
                else 0.0
            )

    @api.depends("product_id", "quantity", "move_ids.state")
    def _compute_value(self):
        """An estimate at today's cost until the goods left; then what their valuation says."""
        for line in self:
            layers = line.sudo().move_ids.stock_valuation_layer_ids
            cost = line.product_id.sudo().with_company(line.company_id or self.env.company).standard_price
            line.value = -sum(layers.mapped("value")) if layers else line.quantity * cost

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_draft()
        return lines

    def write(self, vals):
        self._check_draft()
        return super().write(vals)

    def unlink(self):
        self._check_draft()
        return super().unlink()

    def _check_draft(self):
        closed = self.write_off_id.filtered(lambda document: document.state != "draft")
        if closed and not self.env.su:
            raise UserError(_("%s is no longer a draft and cannot be changed.", closed[:1].display_name))

    def _check_in_stock(self):
        for line in self:
            if line.tracking != "none" and not line.lot_id:
                raise UserError(_("%s is tracked: name the lot.", line.product_id.display_name))
            digits = self.env["decimal.precision"].precision_get("Product Unit of Measure")
            if float_compare(line.quantity, line.on_hand, precision_digits=digits) > 0:
                raise UserError(
                    _(
                        "%(product)s: %(shop)s has %(on_hand)g, %(quantity)g cannot be written off.",
                        product=line.product_id.display_name,
                        shop=line.write_off_id.shop_id.name,
                        on_hand=line.on_hand,
                        quantity=line.quantity,
                    )
                )

    def _carry_out(self):
        moves = self.env["stock.move"].create([line._prepare_move() for line in self])
        moves._action_done()
        for line in self:
            line.move_ids._ensure_shop_entry(line.write_off_id._expense_account(), line.write_off_id.name)

    def _prepare_move(self):
        shop = self.write_off_id.shop_id
        return self.env["stock.move"]._shop_move_values(
            self.product_id,
            self.quantity,
            shop.warehouse_id.lot_stock_id,
            self.product_id.with_company(self.company_id).property_stock_inventory,
            name=f"{self.write_off_id.name}: {self.write_off_id.reason_id.name}",
            lot=self.lot_id,
            write_off_line_id=self.id,
            company_id=self.company_id.id,
        )
