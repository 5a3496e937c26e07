"""The scenarios that have a name: one for each way of failing in `docs/failure-modes.md`.

Every test run plays them, except for most of those of identities: `BY_HAND`.

Who is asked for is drawn from a seed as everywhere; what goes wrong is chosen.
"""

from dataclasses import replace

from identities import EVERY, Fault, OtherApplication, Shrink, Throttled, Unfit
from misfortune import (
    CRASHES,
    Answers,
    Doom,
    Freeze,
    Kill,
    Lag,
    Mail,
    Misfortune,
    Outage,
    Rubbish,
    ScaleOut,
    Skew,
    Trouble,
)
from scenario import Scenario, draw

# All users, asked for once; and so while two requests name some of them.
SCAN, SCANS = 67, 142
_MODES: dict[str, tuple[int, tuple[Misfortune, ...]]] = {
    "dies-before-the-run-is-written": (59, (Doom("ledger.open_run", "before", 1),)),
    "dies-before-the-caller-hears": (51, (Doom("ledger.open_run", "after", 1),)),
    "dies-holding-an-idempotency-key": (136, (Doom("ledger.claim", "after", 1),)),
    "dies-with-batches-and-no-run": (2030, (Doom("scans.open", "after", 1),)),
    "dies-between-ledger-and-queue": (22, (Doom("outbox.send", "before", 2),)),
    "dies-between-graph-and-ledger": (51, (Doom("graph_users.revoke", "after", 1),)),
    "dies-before-the-message-is-deleted": (18, (Doom("ledger.update_batch", "after", 2),)),
    "dies-in-the-middle-of-a-page": (100, (Doom("scans.commit_step", "before", 3),)),
    "dies-between-a-page-and-its-messages": (40, (Doom("scans.commit_step", "after", 3),)),
    "dies-marking-the-end": (113, (Doom("ledger.update_run", "before", 1),)),
    "killed-by-every-delivery": (79, (Doom("graph_users.revoke", "after", 1, CRASHES),)),
    "killed-at-any-moment": (226, (Kill(0.25),)),
    "stands-still-past-its-leases": (120, (Freeze(0.1, 3.0),)),
    "two-instances-and-one-stands-still": (251, (ScaleOut(0.0, 3.0),)),
    "storage-stops": (202, (Outage(0.05, 1.0),)),
    "tenant-is-down": (133, (Trouble("down", 1, 2.0),)),
    "tenant-throttles-and-fails": (
        254,
        (Trouble("throttled", 1, 1.0), Answers("$batch", 2, status=503, execute=False)),
    ),
    "answers-are-lost-or-cut-short": (276, (Answers("$batch", 3, reset=True), Answers("$batch", 2, truncate=True))),
    "revocations-show-late": (10, (Lag(1500),)),
    "messages-are-lost": (299, (Mail(1, lost=0.4),)),
    "messages-come-twice-late-and-in-any-order": (22, (Mail(2, twice=0.6, late=2.0),)),
    "clock-is-a-minute-wrong": (207, (Skew(60),)),
    "nonsense-in-a-queue": (
        198,
        (Rubbish("revoke-urgent", "rubbish-canary"), Rubbish("verify", '{"v":1,"rubbish":1}')),
    ),
    # Several identities from here on: the host starts again for the first of them.
    "identity-loses-its-permission": (SCAN, (Unfit((1,), Fault.FORBIDDEN, 50, 1.0),)),
    "first-identity-loses-its-permission": (SCAN, (Unfit((0,), Fault.FORBIDDEN, 50, 2.0),)),
    "identity-is-throttled-alone": (SCAN, (Throttled(2, 50, 2.0),)),
    "identity-has-no-token": (SCAN, (Unfit((2,), Fault.NO_TOKEN, 50, 2.0),)),
    "identity-has-its-token-refused": (SCAN, (Unfit((1,), Fault.REFUSED, 50, 2.0),)),
    "another-application-uses-up-the-tenants-limit": (SCAN, (OtherApplication(50, 300),)),
    "pool-shrinks-and-grows": (SCAN, (Shrink(0, 50, 1.0),)),
    "pool-shrinks-to-another-identity": (SCAN, (Shrink(2, 50, 1.0),)),
    "runs-share-the-pool": (SCANS, (Throttled(1, 20, 2.0), Unfit((2,), Fault.FORBIDDEN, 50, 2.0))),
    "no-identity-works": (SCAN, (Unfit(EVERY, Fault.FORBIDDEN, 50, 1.0),)),
    "no-identity-has-a-token": (SCAN, (Unfit(EVERY, Fault.NO_TOKEN, 50, 1.0),)),
}
PROGRAMME: dict[str, Scenario] = {
    mode: replace(draw(seed), name=mode, misfortunes=told) for mode, (seed, told) in _MODES.items()
}
# Each takes five seconds and more, so that a test run plays only two of those of identities.
BY_HAND = frozenset(mode for mode, scenario in PROGRAMME.items() if scenario.has_pool) - {
    "identity-loses-its-permission",
    "no-identity-works",
}
