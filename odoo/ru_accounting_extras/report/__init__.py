from . import shop_profit_report
from . import shop_pos_analytics
