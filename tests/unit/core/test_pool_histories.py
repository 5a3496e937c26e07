"""Whatever happens to a pool while batches wait, no identity's bucket is overdrawn, and every batch is sent."""

from dataclasses import replace

from hypothesis import given, strategies as st
from support.pools import NAMES, pool_of
from support.true_buckets import Sender

from revoker.core.availability import set_aside
from revoker.core.pacing import Quota

SLACK = 1e-3
RESERVING = st.tuples(st.just("reserve"), st.integers(1, 60).map(lambda batches: [20] * batches))
CHANGING = st.one_of(
    st.tuples(st.just("aside"), st.sampled_from(NAMES[:3])),
    st.tuples(st.just("pool"), st.lists(st.sampled_from(NAMES[:3]), min_size=1, unique=True)),
)
QUOTAS = st.builds(Quota, st.integers(40, 100), st.floats(0.5, 20), st.just(0.1))


def history(*events: st.SearchStrategy[tuple[str, object]]) -> st.SearchStrategy[list[tuple[float, str, object]]]:
    """Return events, each with the seconds since the one before."""
    timed = st.builds(lambda pause, event: (pause, *event), st.floats(0, 10), st.one_of(*events))
    return st.lists(timed, max_size=12)


def played(quota: Quota, tenant: Quota, events: list[tuple[float, str, object]], share: float) -> tuple[Sender, int]:
    """Return the sender after everything was sent, and how many writes it was asked for."""
    sender, asked = Sender(pool_of(3, quota, tenant), NAMES[:3]), 0
    for pause, kind, value in events:
        sender.pass_until(sender.now + pause)
        if kind == "reserve":
            sender.reserve(value, share)  # type: ignore[arg-type]
            asked += sum(value)  # type: ignore[arg-type]
        elif kind == "urgent":
            sender.charge(value)  # type: ignore[arg-type]
            asked += value  # type: ignore[operator]
        elif kind == "aside":
            sender.paces = set_aside(sender.paces, {value: "forbidden"}, sender.now)  # type: ignore[dict-item]
        else:
            sender.pool = replace(sender.pool, identities=tuple(value))  # type: ignore[arg-type]
    for _ in range(5):  # a batch that is due may be given a later slot: once for each identity that left
        sender.pass_until(sender.ends_at)
    return sender, asked


@given(QUOTAS, st.floats(1, 6), st.floats(1, 3), history(RESERVING, CHANGING))
def test_no_identity_is_planned_above_its_own_bucket(
    quota: Quota, bursts: float, rates: float, events: list[tuple[float, str, object]]
) -> None:
    """Identities are set aside, leave, come back and change their order while batches wait for their slots."""
    tenant = Quota(int(bursts * quota.burst), rates * quota.rate, 0)
    sender, asked = played(quota, tenant, events, share=0.9)

    assert min(bucket.least for bucket in sender.own.values()) > -SLACK
    assert sender.sent == asked


@given(QUOTAS, st.floats(0.5, 6), st.floats(0.2, 3), history(RESERVING))
def test_runs_that_share_a_pool_keep_the_tenants_bucket(
    quota: Quota, bursts: float, rates: float, events: list[tuple[float, str, object]]
) -> None:
    """Several runs reserve one after another, and the tenant allows less than one identity, or more than all."""
    tenant = Quota(max(20, int(bursts * quota.burst)), rates * quota.rate, 0)
    sender, asked = played(quota, tenant, events, share=0.9)

    assert sender.tenant.least > -SLACK
    assert sender.sent == asked


@given(QUOTAS, st.lists(st.integers(1, 20), max_size=15), st.integers(50, 150))
def test_reserved_slots_make_way_for_urgent_writes(quota: Quota, urgent: list[int], batches: int) -> None:
    """One urgent batch after another, each after the seconds that it takes to come back: their lack does not add up."""
    reserved = (0.0, "reserve", [20] * batches)
    events = [(writes / quota.rate, "urgent", writes) for writes in urgent]
    sender, asked = played(quota, Quota(6 * quota.burst, 3 * quota.rate, 0), [reserved, *events], share=1.0)

    assert min(bucket.least for bucket in sender.own.values()) > -max(urgent, default=0) - SLACK
    assert sender.sent == asked
