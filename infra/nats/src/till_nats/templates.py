"""The two configuration files are templates; equal arguments give equal text."""

import json
from typing import Any

import jinja2


def fill(template: str, **values: Any) -> str:
    """The text of a template of this package."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("till_nats", "."),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - no HTML; values are quoted by the filter
    )
    environment.filters["quoted"] = lambda text: json.dumps(text, ensure_ascii=False)
    return environment.get_template(template).render(values)
