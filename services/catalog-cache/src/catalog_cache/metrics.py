"""Figures of the catalog."""

from actor import metrics

PRODUCTS = metrics.gauge("catalog_products", "Products that the till knows.")
BAD_ROWS = metrics.gauge("catalog_bad_rows", "Rows of the base layer that were refused when it was loaded.")
SEARCH_SECONDS = metrics.histogram("catalog_search_duration_seconds", "Time of one search.")
