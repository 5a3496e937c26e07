"""What each command was asked, as values: a field an option; the parser fills them, nothing else makes them."""

from dataclasses import dataclass

from revoker.cli.typed import options as opt
from revoker.cli.typed.choices import Evidence, Show, Stream, Until


@dataclass(frozen=True, kw_only=True)
class Common:
    """Which API, and how the caller signs in."""

    api: opt.Api = None
    audience: opt.Audience = None
    as_: opt.As = None
    at_local: opt.AtLocal = False


@dataclass(frozen=True, kw_only=True)
class Shown(Common):
    """A command that shows something, and nothing else."""

    output: opt.ShowAs = Show.TABLE


@dataclass(frozen=True, kw_only=True)
class Which:
    """Which run."""

    run: opt.Run = None
    last: opt.Last = False


@dataclass(frozen=True, kw_only=True)
class Watched(Common):
    """How a run is watched."""

    no_wait: opt.NoWait = False
    timeout: opt.Timeout = None
    until: opt.UntilState = Until.VERIFIED
    output: opt.StreamAs = Stream.TABLE


@dataclass(frozen=True, kw_only=True)
class Status(Shown, Which):
    """How a run stands."""


@dataclass(frozen=True, kw_only=True)
class Wait(Common, Which):
    """A run to watch to its end."""

    timeout: opt.Timeout = None
    until: opt.UntilState = Until.VERIFIED
    output: opt.StreamAs = Stream.TABLE


@dataclass(frozen=True, kw_only=True)
class Watch(Wait):
    """A run to watch to its end, in a browser too."""

    browser: opt.Browser = False


@dataclass(frozen=True, kw_only=True)
class Users(Shown, Which):
    """Some users of a run."""

    outcome: opt.Outcomes = None


@dataclass(frozen=True, kw_only=True)
class Report(Common, Which):
    """The evidence of a run."""

    format: opt.Format = Evidence.JSON
    output: opt.OutputFile = None


@dataclass(frozen=True, kw_only=True)
class Cancel(Shown, Which):
    """A run to stop."""

    yes: opt.Yes = False


@dataclass(frozen=True, kw_only=True)
class Follow(Watched, Which):
    """A run that another run follows: retry."""


@dataclass(frozen=True, kw_only=True)
class Approve(Watched, Which):
    """A run that waits for a second person, or one to be taken up again."""

    yes: opt.Yes = False


@dataclass(frozen=True, kw_only=True)
class Runs(Shown):
    """The latest runs."""

    state: opt.InState = None
    limit: opt.Limit = "20"


@dataclass(frozen=True, kw_only=True)
class Preflight(Shown):
    """What stands ready."""

    compromised_at: opt.CompromisedAt = None
    rotated_since: opt.RotatedSince = None
    thumbprint: opt.Thumbprint = None
    compromised_certificate: opt.CompromisedCertificate = None
    trusted_thumbprint: opt.TrustedThumbprint = None


@dataclass(frozen=True, kw_only=True)
class OneSweep(Shown):
    """One sweep."""

    sweep: opt.Sweep = None


@dataclass(frozen=True, kw_only=True)
class SweepResume(OneSweep):
    """A paused sweep, or one that waits for a second person."""

    yes: opt.Yes = False
