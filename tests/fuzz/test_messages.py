"""Queue messages: whatever arrives is one of ours to the letter, or poison that is kept whole."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable

import azure.functions as func
import pytest
from effort import effort
from hypothesis import given, strategies as st
from mutation import SPOILT
from support.company import ALICE
from support.in_process import Front
from support.strategies import JSON, MESSAGES, broken

import function_app
from revoker.core.errors import LostBatchError, PoisonError
from revoker.core.message import Mail, Message, ScanStep, decode, decode_scan_step, encode

STEPS = st.builds(ScanStep, run=st.uuids(version=4).map(str), step=st.integers(0, 10**6))
KINDS: list[tuple[Callable[[bytes], Mail], type[Mail]]] = [(decode, Message), (decode_scan_step, ScanStep)]
FIELDS = st.dictionaries(st.sampled_from(["v", "run", "batch", "attempt", "step", "x"]), SPOILT, max_size=5)


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """Draw bytes from anything at all to a message of ours."""
    good = encode(draw(MESSAGES | STEPS))
    spoilt = {**json.loads(good), **draw(FIELDS)}
    return draw(
        st.just(good.encode())
        | broken(good)
        | st.just(json.dumps(spoilt, separators=(",", ":")).encode())
        | st.just(json.dumps(spoilt).encode())
        | JSON.map(lambda value: json.dumps(value).encode())
        | st.binary(max_size=200)
        | st.integers(1, 60_000).map(lambda depth: b"[" * depth)
    )


@pytest.mark.timeout(600)
def test_whatever_is_decoded_is_to_the_letter(count: Counter[str]) -> None:
    """A body is what its message encodes to, or poison that carries every byte."""

    @effort(0.12)
    @given(bodies(), st.sampled_from(KINDS))
    def attempt(body: bytes, kind: tuple[Callable[[bytes], Mail], type[Mail]]) -> None:
        count["decoded"] += 1
        read, made = kind
        try:
            message = read(body)
        except PoisonError as error:
            assert body == error.body  # noqa: PT017 - either way is right
            return

        assert type(message) is made
        assert body == encode(message).encode()

    attempt()


async def is_poison(body: bytes) -> None:
    """Bring the host's own message to the listeners of a dead queue."""
    front = Front()
    run = await front.world.start(ALICE.id)
    before = front.written()
    with front.installed():
        for settle_poison in (function_app.poison_urgent, function_app.poison_bulk, function_app.poison_verify):
            await settle_poison(func.QueueMessage(body=body))

    assert {"urgent", "bulk", "verify"} == {queue.rpartition("-")[2] for queue, _ in front.world.ledger.poison}
    assert {body} == {kept for _, kept in front.world.ledger.poison}
    front.world.ledger.poison.clear()
    assert before == front.written()
    assert {ALICE.id: "planned"} == await front.world.outcomes(run)


@pytest.mark.timeout(600)
def test_what_died_is_kept_whole(count: Counter[str], runner: asyncio.Runner) -> None:
    """No poison raises: what names no batch of ours is kept, byte for byte, and touches no run."""

    @effort(0.05)
    @given(bodies())
    def attempt(body: bytes) -> None:
        count["poisoned"] += 1
        runner.run(is_poison(body))

    attempt()


async def changes_nothing(body: bytes) -> None:
    """Bring a message that names no batch of ours to every listener of a live queue."""
    front = Front()
    before = front.written()
    with front.installed():
        for take in (function_app.revoke_urgent, function_app.revoke_bulk, function_app.verify_batch):
            with pytest.raises((PoisonError, LostBatchError)):
                await take(func.QueueMessage(body=body))

    assert before == front.written()
    assert [] == front.world.graph_users.revoked


@pytest.mark.timeout(600)
def test_what_is_no_message_of_ours_is_left_to_the_host(count: Counter[str], runner: asyncio.Runner) -> None:
    """It raises, so that the host delivers it again and at last to poison; no row, no message, nobody revoked."""

    @effort(0.04)
    @given(bodies())
    def attempt(body: bytes) -> None:
        count["taken"] += 1
        runner.run(changes_nothing(body))

    attempt()
