from odoo import fields, models


class ConnectorProfileWord(models.Model):
    _name = "connector.profile.word"
    _description = "Stock Word of an Import Profile"
    _rec_name = "word"

    profile_id = fields.Many2one("connector.profile", required=True, ondelete="cascade", index=True)
    word = fields.Char(required=True, help="As the supplier writes it, in any case.")
    quantity = fields.Integer(required=True)

    _sql_constraints = [("word_unique", "UNIQUE(profile_id, word)", "A word has one quantity.")]
