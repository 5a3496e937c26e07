"""What a run costs on Azure, from what was counted and the public list prices. Pure."""

from dataclasses import dataclass

SEEN = "November 2026"
SOURCE = (
    "azure.microsoft.com/pricing, Functions (Flex Consumption, on demand) and Storage (queues, LRS), East US, in "
    "dollars, without the monthly free grants; as in deploy.md, since the command has no price list to ask"
)
GB_SECOND = 0.000026
EXECUTIONS = 0.40 / 1_000_000
OPERATIONS = 0.004 / 10_000  # tables cost a tenth of that: the dearer price stands for both

INSTANCE_GB = 2.0
BURST, RATE, SHARE = 3000, 20, 0.1  # the documented quota, and what a directory scope leaves free
POLLS = 4 * 10  # four queues, asked ten times a second while an instance is up (host.json)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What a run over so many users did; `operations` are those of storage without the host's empty polls."""

    users: int
    operations: int
    executions: int
    checking_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """Amounts and dollars."""

    users: int
    operations: int
    polls: int
    executions: int
    gb_seconds: float
    dollars: float


def bill(counted: Counted) -> Bill:
    """Price a run at the documented quota.

    An instance is billed while a function runs. For the whole time from the call to the last receipt one is assumed to
    run: 10,000 users take (10,000 - 2,700) / 20 = 365 seconds, at 2 GB 730 GB-seconds, and reading back comes on top.
    """
    pacing = max(0.0, (counted.users - BURST * (1 - SHARE)) / RATE)
    seconds = pacing + counted.checking_seconds
    polls = round(seconds * POLLS)
    dollars = (
        seconds * INSTANCE_GB * GB_SECOND + counted.executions * EXECUTIONS + (counted.operations + polls) * OPERATIONS
    )
    return Bill(
        users=counted.users,
        operations=counted.operations,
        polls=polls,
        executions=counted.executions,
        gb_seconds=seconds * INSTANCE_GB,
        dollars=dollars,
    )
