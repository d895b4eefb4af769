"""The profit of a period as a table: one definition of its columns for paper, xlsx and mail."""

COLUMNS = (
    ("quantity", "number"),
    ("revenue_total", "money"),
    ("revenue", "money"),
    ("discount", "money"),
    ("cost", "money"),
    ("remake_cost", "money"),
    ("gross_profit", "money"),
    ("margin_percent", "percent"),
    ("write_off_cost", "money"),
    ("cash_difference", "money"),
    ("expense", "money"),
    ("profit", "money"),
)


def profit_sheet(model, group_by, date_from, date_to, *, title, empty, total_label, shops=None):
    """Return a sheet for `workbook`: rows of `shop.profit.report` by a field; `empty` names rows without one."""
    rows, total = model._figures(group_by, date_from, date_to, shops)
    field = model._fields
    labels = [field[name]._description_string(model.env) for name, _kind in COLUMNS]
    name = field[group_by]._description_string(model.env)
    return {
        "name": name,
        "title": title,
        "columns": [(name, "text"), *zip(labels, [kind for _name, kind in COLUMNS], strict=True)],
        "rows": [[_label(record) or empty, *_values(figures)] for record, figures in rows],
        "total": [total_label, *_values(total)],
    }


def _values(figures):
    return [figures[name] for name, _kind in COLUMNS]


def _label(group):
    return group if isinstance(group, str) else group and group.display_name
