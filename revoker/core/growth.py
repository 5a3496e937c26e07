"""How far a scope may grow past the number of users that was counted before a second person is asked again."""

# A month's new staff. Measured against the number at the beginning, so that it does not add up from run to run.
_SLACK_PER_CENT = 10


def most_users(counted: int, above: int) -> int:
    """Return for how many users a count stands, where more than ``above`` users need a second person.

    With a cap of 200: a scope counted as 150 users needed no approval, and may come to 200. One counted as 1,000 was
    approved by a second person, and may come to 1,100.
    """
    if counted <= above:
        return above
    return counted * (100 + _SLACK_PER_CENT) // 100
