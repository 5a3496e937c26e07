"""What each part of the fuzzing gets of the inputs; `FUZZ_INPUTS` says how many there are in all."""

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, settings

FULL = "FUZZ_INPUTS" in os.environ
INPUTS = int(os.environ.get("FUZZ_INPUTS", "3000"))


def effort(share: float) -> Callable[[Any], Any]:
    """Return Hypothesis's settings for a share of all inputs; a little more than it, since a few come twice."""
    return settings(
        max_examples=max(20, int(INPUTS * share * 1.02)),
        deadline=None,  # the machine is shared; nothing here is judged by time
        database=None,  # a failure prints the blob that replays it
        print_blob=True,
        suppress_health_check=list(HealthCheck),  # schemas draw slowly, and that is what they are for
        phases=(Phase.generate, Phase.shrink),
    )
