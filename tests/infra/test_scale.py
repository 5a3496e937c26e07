"""How many instances there may be: the pace of revoking does not depend on it, by calculation.

Sources disagree on what `maximumInstanceCount` counts: on-demand instances of each function group
(azure-rest-api-specs#45083), or of all together (azure-functions-host#10523). Both readings are gone through.
"""

import heapq
import json

import pytest
from kept import ROOT, Json
from test_infra_agreement import triggers

from revoker.core.batch import MOST_IN_BATCH
from revoker.core.pacing import Pace, Quota, reserve

QUOTA = Quota(burst=3000, rate=20, reserve=0.1)
HOST = json.loads((ROOT / "host.json").read_text(encoding="utf-8"))["extensions"]["queues"]
IN_FLIGHT = HOST["batchSize"] + HOST["newBatchThreshold"]
BATCHES = 500  # ten thousand users
CALL_SECONDS = 2.0  # a batch at Graph, slow


def slots() -> tuple[float, ...]:
    """Return when each batch of a bulk run may be tried, in seconds after its start, as planning reserves it."""
    return reserve(Pace(), 0.0, [MOST_IN_BATCH] * BATCHES, QUOTA, share=QUOTA.bulk_share).slots


def starts(instances: int) -> list[float]:
    """Return when each batch starts: not before its slot, and not before a place on some instance is free."""
    free = [0.0] * min(instances * IN_FLIGHT, BATCHES)
    found = []
    for due in sorted(slots()):
        start = max(due, heapq.heappop(free))
        heapq.heappush(free, start + CALL_SECONDS)
        found.append(start)
    return found


@pytest.mark.parametrize("instances", [1, 4, 40, 1000])
def test_the_quota_is_kept_with_any_number_of_instances(instances: int) -> None:
    """The queue is the pacer: no batch starts before its slot, so the bucket never overflows."""
    bulk = QUOTA.burst * QUOTA.bulk_share
    begun = starts(instances)

    over = [at for number, at in enumerate(begun, 1) if number * MOST_IN_BATCH > bulk + QUOTA.rate * at + MOST_IN_BATCH]
    assert [] == over


def test_one_instance_is_as_fast_as_a_thousand() -> None:
    """24 batches in flight of 20 users at 2 s each are 240 users a second; the directory takes 20."""
    assert starts(1000)[-1] == pytest.approx(starts(1)[-1], rel=0.02)
    assert IN_FLIGHT * MOST_IN_BATCH / CALL_SECONDS > 10 * QUOTA.rate


def test_the_default_holds_one_instance_of_every_group(template: Json) -> None:
    """Where all groups share the number, each still finds a place; with four they would not.

    HTTP is one group, each other function is a group of its own (learn, flex-consumption-plan, per-function scaling).
    """
    kinds = [binding["type"] for function in triggers() for binding in function["bindings"]]
    groups = 1 + sum(kind in {"queueTrigger", "timerTrigger"} for kind in kinds)

    assert 4 < groups <= template["parameters"]["scale"]["defaultValue"]["maximumInstanceCount"]
