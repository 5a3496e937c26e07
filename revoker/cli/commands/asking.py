"""Questions to the operator, each with one right answer that cannot be given by habit."""

from revoker.cli.ending import UsageError
from revoker.cli.shown.plan import Plan
from revoker.cli.shown.screen import Screen
from revoker.cli.words import counted

_AGAIN = "To try again, repeat the command."


def confirm(plan: Plan, screen: Screen) -> None:
    """Have the tenant's domain typed where many users are meant, else y; raises UsageError for any other answer."""
    users = counted(plan.users, "user") if plan.is_listed else f"about {counted(plan.users, 'user')}"
    if not plan.many:
        yes(f"Sign out {users}?", screen)
        return
    if plan.domain:
        typed, wanted = _answer(f"To sign out {users}, type {plan.domain}: ", screen), plan.domain
    else:
        # An API from before 0.3 does not tell the tenant; its size is what the operator can know.
        wanted = str(plan.users)
        typed = _answer(f"To sign out {users}, type {wanted}: ", screen).replace(",", "")
    if typed.lower() != wanted.lower():
        raise UsageError(f"That is not {wanted}: nothing was started. {_AGAIN}")


def domain_or_yes(deed: str, domain: str | None, screen: Screen) -> None:
    """Have the tenant's domain typed where one is given, else y; raises UsageError for any other answer."""
    if domain is None:
        yes(f"{deed[:1].upper()}{deed[1:]}?", screen)
    elif _answer(f"To {deed}, type {domain}: ", screen).lower() != domain.lower():
        raise UsageError(f"That is not {domain}: nothing was started. {_AGAIN}")


def yes(question: str, screen: Screen) -> None:
    """Have y typed; raises UsageError for any other answer."""
    if _answer(f"{question} [y/N] ", screen).lower() not in {"y", "yes"}:
        raise UsageError("Nothing was started.")


def _answer(question: str, screen: Screen) -> str:
    try:
        return screen.ask(question)
    except KeyboardInterrupt:
        screen.say("\nNothing was started.")
        raise
