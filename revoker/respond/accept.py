"""Accept a request once: an idempotency key stands for one run, however often and however simultaneously it comes."""

import hashlib
import json
from collections.abc import Awaitable, Callable

from revoker.errors import ConflictError
from revoker.request import Request
from revoker.respond.policy import Tools
from revoker.respond.protect import Protection
from revoker.respond.start import start
from revoker.run import Run, new_id

# How long a second caller waits for the first one's run to appear before it takes the work over.
_PATIENCE_SECONDS = 15.0
_STEP_SECONDS = 0.2


async def accept(
    request: Request,
    key: str | None,
    digest: str,
    protection: Protection,
    tools: Tools,
    *,
    retry_of: str | None = None,
) -> tuple[Run, bool]:
    """Return the run and whether it was there already; raises ConflictError for a key used with another body."""
    run_id = new_id(tools.clock.now())

    async def begin(name: str) -> Run:
        return await start(request, name, await protection.current(), tools, retry_of)

    if key is None:
        return await begin(run_id), False
    claim = await tools.ledger.claim(key, run_id, digest)
    if claim.digest != digest:
        raise ConflictError("This Idempotency-Key came before with another body. Use a new key for a new request.")
    if claim.ours:
        try:
            return await begin(run_id), False
        except Exception:
            await tools.ledger.release(key)  # so that asking again, as the answer may say, need not wait for us
            raise
    return await _join(claim.run, begin, tools)


async def _join(run_id: str, begin: Callable[[str], Awaitable[Run]], tools: Tools) -> tuple[Run, bool]:
    """Wait for the run of whoever came first; if it never comes they died, and the same run is begun here."""
    waited = 0.0
    while waited < _PATIENCE_SECONDS:
        if run := await tools.ledger.run(run_id):
            return run, True
        await tools.clock.sleep(_STEP_SECONDS)
        waited += _STEP_SECONDS
    return await begin(run_id), False


def digest_of(*parts: object) -> str:
    """Return the digest of what was asked, independent of spacing and of the order of keys."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()
