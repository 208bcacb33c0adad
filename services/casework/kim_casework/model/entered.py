"""What is entered about a case, an order or the house where no row says who entered it: kinds of `kim_runtime.entered`."""

from __future__ import annotations

from typing import Final

PERSON_ADDED: Final = "person_added"
DEPUTIES: Final = "deputies"
ORDER_WITHDRAWN: Final = "order_withdrawn"
COLLEAGUE: Final = "colleague"
SITE: Final = "site"
