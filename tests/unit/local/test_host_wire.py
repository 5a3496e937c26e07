import asyncio

import pytest
from hypothesis import given, strategies as st

from local.host.invocation import Argument, Request
from local.host.wire import Frame

TEXTS = st.dictionaries(st.text(), st.text())
REQUESTS = st.builds(Request, method=st.text(), url=st.text(), headers=TEXTS, query=TEXTS, params=TEXTS)
ARGUMENTS = st.builds(
    Argument,
    kind=st.sampled_from(["http", "string", "json"]),
    body=st.binary(),
    request=st.none() | REQUESTS,
    metadata=st.dictionaries(st.text(), st.tuples(st.sampled_from(["json", "string"]), st.text())),
)


async def through_a_pipe(*packed: bytes) -> list[Frame]:
    """Read frames until the end."""
    stream = asyncio.StreamReader()
    stream.feed_data(b"".join(packed))
    stream.feed_eof()
    found = []
    while frame := await Frame.read(stream):
        found.append(frame)
    return found


@given(st.lists(ARGUMENTS, max_size=3))
async def test_a_call_arrives_as_it_was_sent(arguments: list[Argument]) -> None:
    """Whatever is in texts and bodies, line ends included, and however many follow each other."""
    frames = await through_a_pipe(*(argument.to_frame("i", "f").packed() for argument in arguments))

    assert arguments == [Argument.from_frame(frame) for frame in frames]


@pytest.mark.parametrize("length", range(len(Frame({"id": "x"}, b"body").packed())))
async def test_a_frame_cut_short_is_the_end(length: int) -> None:
    """The other process died in the middle of it."""
    whole = Frame({"id": "x"}, b"body").packed()

    assert [Frame({"id": "x"}, b"body")] == await through_a_pipe(whole, whole[:length])
