"""Search for products."""

from contracts import services
from contracts.commands import FoundProducts, SearchCatalog
from pos_gateway import views
from pos_gateway.answers import CatalogAnswer
from pos_gateway.call import Call, Reply
from pos_gateway.query import integer, text
from pos_gateway.till import Till


async def search(till: Till, call: Call) -> Reply:
    """Products by SKU, EAN or words of the name."""
    request = SearchCatalog(
        text=text(call.query, "q", longest=128),
        limit=integer(call.query, "limit", default=20, low=1, high=100),
    )
    found = await till.read(services.SEARCH, request, FoundProducts)
    products = tuple(views.product(product) for product in found.products)
    return Reply(body=CatalogAnswer(products=products, source=found.source, total=found.total))
