"""What each outcome means to a person, and what to do about it."""

from revoker.core.outcome import Outcome

# Users left alone by a rule of this tenant's. A guest, `not_effective`, is left alone since only its home tenant can
# end its sessions.
SPARED = (Outcome.PROTECTED, Outcome.EXCLUDED, Outcome.ALREADY_REVOKED)

MEANING = {
    Outcome.PLANNED: "not tried yet",
    Outcome.RETRYING: "tried; Graph said later",
    Outcome.CANCELLED: "the run was cancelled first",
    Outcome.ABANDONED: "the message died",
    Outcome.FAILED: "gave up",
    Outcome.REFUSED: "Graph said 403",
    Outcome.UNRESOLVED: "cannot be tied to exactly one user",
    Outcome.NOT_FOUND: "no such user",
    Outcome.ALREADY_REVOKED: "the sessions are younger than the cutoff: no action",
    Outcome.EXCLUDED: "excluded by the request or by rule",
    Outcome.REVOKED: "Graph accepted; not seen in the directory yet",
    Outcome.UNVERIFIED: "accepted, never seen in the directory",
    Outcome.VERIFIED: "accepted, and the directory shows it",
    Outcome.NOT_EFFECTIVE: "a guest: only the home tenant can end these sessions",
    Outcome.PROTECTED: "on the protected list: left alone",
}

ADVICE = {
    Outcome.REFUSED: "grant User.RevokeSessions.All to the app's identity, then retry; for restricted_unit, first "
    "assign it an Entra role at the scope of that unit",
    Outcome.FAILED: "retry; where it fails again, revoke in the Entra portal",
    Outcome.ABANDONED: "retry",
    Outcome.UNVERIFIED: "look at the user's sign-in logs, then retry",
    Outcome.UNRESOLVED: "find the user's object id, then start a run with it",
    Outcome.NOT_FOUND: "check the name; a deleted user needs no action",
    Outcome.CANCELLED: "resume, if they are to be signed out after all",
}
