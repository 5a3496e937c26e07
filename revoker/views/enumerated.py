"""Names in a sentence: the first twenty, each clipped. Pure."""

from collections.abc import Sequence

# A sentence must fit the ledger's row: twenty names of 100 characters are 2,000.
_SHOWN = 20
CLIP = 100


def enumerated(names: Sequence[str], separator: str = ", ") -> str:
    """Return the first twenty names, and how many more there are: a sentence must fit the ledger's row."""
    said = separator.join(names[:_SHOWN])
    if len(names) > _SHOWN:
        said += f" and {len(names) - _SHOWN} more"
    return said
