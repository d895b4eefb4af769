from odoo import fields, models


class PosPaymentMethod(models.Model):
    _inherit = "pos.payment.method"

    tender = fields.Selection(
        [
            ("cash", "Cash"),
            ("card", "Card"),
            ("acquiring", "Acquiring terminal"),
            ("prepayment", "Prepayment"),
            ("credit", "Credit"),
        ],
        string="Form of money",
        help="Which form of money of a till's receipt is booked with this method. Empty: by its journal.",
    )

    def _for_tender(self, tender):
        """The method that books this form of money: the one that names it, else the first that can hold it."""
        named = self.filtered(lambda method: method.tender == tender)
        if named:
            return named[:1]
        kind = {"cash": "cash", "card": "bank", "acquiring": "bank"}.get(tender, "pay_later")
        return self.filtered(lambda method: not method.tender and method.type == kind)[:1]
