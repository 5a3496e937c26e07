"""What the commands were asked that start runs, as values: whom, which sessions, why, and how it is watched."""

from dataclasses import dataclass

from revoker.cli.typed import options as opt
from revoker.cli.typed.asked import Shown, Watched


@dataclass(frozen=True, kw_only=True)
class Whom:
    """The users a run or a sweep is for, which sessions, and why."""

    user: opt.User = None
    users_file: opt.UsersFile = None
    column: opt.Column = None
    group: opt.Group = None
    role: opt.Role = None
    filter: opt.Filter = None
    all_users: opt.AllUsers = False
    exclude_user: opt.ExcludeUser = None
    exclude_group: opt.ExcludeGroup = None
    guests: opt.GuestsAre = None
    issued_before: opt.IssuedBefore = None
    compromised_at: opt.CompromisedAt = None
    rotated_since: opt.RotatedSince = None
    thumbprint: opt.Thumbprint = None
    compromised_certificate: opt.CompromisedCertificate = None
    trusted_thumbprint: opt.TrustedThumbprint = None
    acknowledge: opt.Acknowledge = None
    reason: opt.Reason = None
    incident_id: opt.IncidentId = None
    incident_number: opt.IncidentNumber = None
    incident_title: opt.IncidentTitle = None
    incident_url: opt.IncidentUrl = None


@dataclass(frozen=True, kw_only=True)
class Run(Watched, Whom):
    """A run to start."""

    plan: opt.Plan = None
    include_new: opt.IncludeNew = False
    priority: opt.Lane = None
    dry_run: opt.DryRun = False
    idempotency_key: opt.Key = None
    yes: opt.Yes = False


@dataclass(frozen=True, kw_only=True)
class Sentinel(Watched):
    """A trigger body to send."""

    file: opt.File = None
    issued_before: opt.IssuedBefore = None
    cooldown_minutes: opt.Cooldown = None
    dry_run: opt.DryRun = False


@dataclass(frozen=True, kw_only=True)
class SweepNew(Shown, Whom):
    """A sweep to create: a file of JSON, or options."""

    file: opt.File = None
    name: opt.Name = None
    every: opt.Every = None
    for_: opt.For = None
    max_age: opt.MaxAge = None
