"""Questions to the operator, each with one right answer that cannot be given by habit."""

from revoker.cli.ending import UsageError
from revoker.cli.shown.plan import Plan
from revoker.cli.shown.screen import Screen
from revoker.cli.shown.share import share


def confirm(plan: Plan, screen: Screen) -> None:
    """Have the tenant's domain typed where many users are meant, else y; raises UsageError for any other answer."""
    due = share(plan.status).planned
    if not plan.many:
        yes(f"Sign out {due:,} users?", screen)
        return
    word, what = plan.domain, "the domain"
    if word is None:
        # An API from before 0.3 does not tell the tenant; its size is what the operator can know.
        word, what = str(due), "the number"
    typed = screen.ask(f"To sign out {due:,} users, type {word}: ")
    if typed != word and typed.replace(",", "") != word:
        raise UsageError(f"That is not {what}: nothing was started.")


def yes(question: str, screen: Screen) -> None:
    """Have y typed; raises UsageError for any other answer."""
    if screen.ask(f"{question} [y/N] ").lower() not in {"y", "yes"}:
        raise UsageError("Nothing was started.")
