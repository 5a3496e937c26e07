"""Sentinel intake: recorded payloads, spoilt in every way, through the route and on to the report."""

import asyncio
from collections import Counter
from urllib.parse import quote, urlencode

import pytest
from effort import effort
from hypothesis import given, strategies as st
from mutation import payloads
from properties import DOCUMENT, could_be_stored, does_not_break, leaves_nothing, refuses_properly
from support.company import BREAKGLASS
from support.hostile import HOSTILE
from support.in_process import Answer, Front

from revoker.core.plain_text import is_plain

# A payload may be a megabyte, and a failure must show why, not that it is long.
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")
SENTINEL = DOCUMENT["paths"]["/sentinel"]["post"]
TEXTS = st.sampled_from([text for text in HOSTILE if text.isprintable()]) | st.text(max_size=20)
OPTIONS = st.dictionaries(
    st.sampled_from(["issuedBefore", "cooldownMinutes", "dryRun"]) | TEXTS,
    st.sampled_from(["10", "true", "False", "2026-03-02T08:00:00Z", "2026-03-02T08:00:00+01:00"]) | TEXTS,
    max_size=2,
)


async def holds(body: bytes, options: dict[str, str], key: str | None) -> None:
    """Post one payload, do what it asks for, and read everything about it."""
    front = Front()
    before = front.written()
    answer = await post(front, body, options, key)

    does_not_break(answer, SENTINEL)
    refuses_properly(answer)
    could_be_stored(front)
    if answer.status >= 400:
        leaves_nothing(before, front)
        return
    for _ in range(4):
        await front.world.step()
    await is_accounted_for(front, answer)


async def post(front: Front, body: bytes, options: dict[str, str], key: str | None) -> Answer:
    """Send a payload as a playbook does."""
    headers = front.headers() | ({} if key is None else {"idempotency-key": key})
    query = urlencode(options, errors="surrogatepass", quote_via=quote)
    return await front.ask("sentinel", body=body, query=query, headers=headers)


async def is_accounted_for(front: Front, answer: Answer) -> None:
    """Assert that nobody protected was touched, that everybody counts once, and that all of it can be shown."""
    params = {"id": answer.json["runId"]}
    status = (await front.ask("get_run", params=params)).json
    listed = (await front.ask("list_users", params=params, query="limit=1000")).json
    lines = listed["users"]

    told = (status["reason"], (status["incident"] or {}).get("title") or "", *status["warnings"])
    assert [] == [text for text in told if not is_plain(text)]
    assert BREAKGLASS.id not in front.world.graph_users.revoked
    assert len(front.world.graph_users.revoked) == len(set(front.world.graph_users.revoked))
    assert answer.json["total"] == status["total"] == sum(status["counts"].values())
    assert listed["cursor"] or status["total"] == len(lines)
    assert len({line["id"] for line in lines if line["id"]}) == sum(bool(line["id"]) for line in lines)
    for form in ("json", "csv", "html"):
        assert 200 == (await front.ask("get_report", params=params, query=f"format={form}")).status


@pytest.mark.timeout(1200)
def test_no_payload_breaks_the_intake(count: Counter[str], runner: asyncio.Runner) -> None:
    """No 5xx; a refusal leaves nothing; whoever is accepted is accounted for once, and the protected are left alone."""

    @effort(0.35)
    @given(payloads(), OPTIONS, st.none() | TEXTS)
    def attempt(body: bytes, options: dict[str, str], key: str | None) -> None:
        count["sentinel"] += 1
        runner.run(holds(body, options, key))

    attempt()
