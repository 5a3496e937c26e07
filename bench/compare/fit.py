"""How a cost grows with the number of users. Pure."""

import math
import statistics
from collections.abc import Sequence


def exponent(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """Return the slope of the line through the logarithms: 1 is linear, 2 quadratic, 0 does not grow.

    1, 10 and 100 users that cost 2, 20 and 200 seconds give 1. Costs of nothing count as a millisecond, since zero has
    no logarithm. Raises ValueError for fewer than two sizes.
    """
    if len(set(sizes)) < 2:
        raise ValueError("an exponent needs two sizes")
    x = [math.log(size) for size in sizes]
    y = [math.log(max(cost, 0.001)) for cost in costs]
    return statistics.linear_regression(x, y).slope
