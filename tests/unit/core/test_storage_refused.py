"""What a refusal of storage means."""

import pytest

from revoker.core.outage import refused


@pytest.mark.parametrize(
    ("host", "role"),
    [
        ("strevoker.table.core.windows.net", "Storage Table Data Contributor"),
        ("strevoker.queue.core.usgovcloudapi.net", "Storage Queue Data Contributor"),
        ("127.0.0.1", "Storage Table Data Contributor and Storage Queue Data Contributor"),
        ("", "Storage Table Data Contributor and Storage Queue Data Contributor"),
    ],
)
def test_the_role_follows_from_the_host(host: str, role: str) -> None:
    """The caller reads which one to grant; where the host tells nothing, both."""
    found = refused(host, "AuthorizationPermissionMismatch")

    assert (role, 60) == (found.role, found.retry_after)
    assert f"it needs {role} on the app's storage account" in found.detail


def test_a_firewall_is_no_missing_role() -> None:
    """With AuthorizationFailure no role would help."""
    found = refused("strevoker.table.core.windows.net", "AuthorizationFailure")

    assert found.role is None
    assert "network rules" in found.detail
