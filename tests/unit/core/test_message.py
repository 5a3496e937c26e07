"""What rides a queue; that nothing else is understood is in test_invariants."""

import traceback

import pytest

from revoker.core.errors import PoisonError
from revoker.core.message import Message, Queue, decode, encode

RUN = "019caa52-7c00-7000-8000-0123456789ab"
BATCH = "0123456789abcdef0123456789abcdef"


def test_the_text_on_the_queue() -> None:
    """Ids and an attempt, in a form that is kept: an update finds messages of the version before on the queues."""
    text = f'{{"v":1,"run":"{RUN}","batch":"{BATCH}","attempt":2}}'

    assert text == encode(Message(RUN, BATCH, 2))
    assert Message(RUN, BATCH, 2) == decode(text.encode())


def test_nothing_but_our_own_encoding_is_read() -> None:
    """What says the same in other words is not ours: a version that is no number, spaces, a key twice, no attempt."""
    message = Message("0" * 32, "1" * 32)
    ids = f'"run":"{message.run}","batch":"{message.batch}"'
    for body in (
        f'{{"v":true,{ids},"attempt":0}}',
        f'{{"v":1.0,{ids},"attempt":0}}',
        f'{{"v":1, {ids},"attempt":0}}',
        f'{{"v":1,{ids},"attempt":7,"attempt":0}}',
        f'{{"v":1,{ids}}}',
    ):
        with pytest.raises(PoisonError):
            decode(body.encode())

    assert message == decode(f'{{"v":1,{ids},"attempt":0}}'.encode())


def test_the_queues() -> None:
    """The names are those that bindings, deployment and the host's poison handling use."""
    names = {queue.value: queue.poison for queue in Queue}

    assert {
        "plan": "plan-poison",
        "revoke-urgent": "revoke-urgent-poison",
        "revoke-bulk": "revoke-bulk-poison",
        "verify": "verify-poison",
    } == names


@pytest.mark.parametrize("body", [b'{"v":1,"secret":1}', b'{"secret', b'{"v":1,"run":"secret"}', b'{"secret":1}'])
def test_poison_tells_nothing_of_its_body(body: bytes) -> None:
    """The bytes are kept beside the error; its trace, which is logged, does not quote them."""
    with pytest.raises(PoisonError) as raised:
        decode(body)

    assert body == raised.value.body
    assert "secret" not in "".join(traceback.format_exception(raised.value))
