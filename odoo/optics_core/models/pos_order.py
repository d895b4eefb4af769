from odoo import fields, models


class PosOrder(models.Model):
    _inherit = "pos.order"

    manufacturing_order_ids = fields.One2many(
        "optics.manufacturing.order", "pos_order_id", "Manufacturing Orders"
    )
    manufacturing_order_count = fields.Integer(compute="_compute_manufacturing_order_count")

    def _compute_manufacturing_order_count(self):
        for record in self:
            record.manufacturing_order_count = len(record.manufacturing_order_ids)

    def _prepare_manufacturing_order(self):
        """Return defaults of an order for what was sold here; extend for more."""
        self.ensure_one()
        sold = self.lines.product_id
        lens = self.env["optics.lens"].search([("product_id", "in", sold.ids)], limit=1)
        frame = sold.filtered(lambda product: product.optics_kind == "frame")[:1]
        prescription = self.env["optics.prescription"].search(
            [("patient_id", "=", self.partner_id.id), ("is_valid", "=", True)], limit=1
        )
        return {
            "pos_order_id": self.id,
            "patient_id": self.partner_id.id,
            "payer_id": self.partner_id.id,
            "shop_id": self.config_id.shop_id.id or self.env.user.shop_ids[:1].id,
            "prescription_id": prescription.id,
            "lens_od_id": lens.id,
            "lens_os_id": lens.id,
            "frame_id": frame.id,
        }

    def action_new_manufacturing_order(self):
        """Open a new manufacturing order, filled in from this sale."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "optics_core.optics_manufacturing_order_action"
        )
        context = {f"default_{name}": value for name, value in self._prepare_manufacturing_order().items()}
        return {**action, "views": [(False, "form")], "view_mode": "form", "context": context}

    def action_view_manufacturing_orders(self):
        """Open the manufacturing orders of this sale."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "optics_core.optics_manufacturing_order_action"
        )
        return {**action, "domain": [("pos_order_id", "=", self.id)], "context": {}}
