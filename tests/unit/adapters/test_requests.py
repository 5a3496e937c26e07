"""What a request to Graph must say of itself."""

import pytest

from revoker.adapters.graph.requests import needs_advanced


@pytest.mark.parametrize(
    ("text", "advanced"),
    [
        ("endsWith(userPrincipalName,'@contoso.com')", True),
        ("userType eq 'Member' and (ENDSWITH (mail,'x'))", True),
        ("accountEnabled eq false", False),
        ("displayName eq 'endsWith(x)'", False),
        ("displayName eq 'O''Neil endsWith(' or mail eq 'x'", False),
    ],
)
def test_a_filter_tells_that_it_is_advanced(text: str, *, advanced: bool) -> None:
    """By the function that Graph knows in advanced queries alone; in a value it is only text."""
    assert advanced == needs_advanced(text)
