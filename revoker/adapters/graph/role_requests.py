"""The requests for role holders, by the unified role API and Privileged Identity Management (PIM).

Facts: docs/graph-facts.md#groups-and-roles.
"""

from kiota_abstractions.request_information import RequestInformation
from msgraph.generated.identity_governance.privileged_access.group.eligibility_schedule_instances import (
    eligibility_schedule_instances_request_builder as joining,
)
from msgraph.generated.role_management.directory.role_assignments.role_assignments_request_builder import (
    RoleAssignmentsRequestBuilder,
)
from msgraph.generated.role_management.directory.role_definitions.role_definitions_request_builder import (
    RoleDefinitionsRequestBuilder,
)
from msgraph.generated.role_management.directory.role_eligibility_schedule_instances import (
    role_eligibility_schedule_instances_request_builder as eligibility,
)

from revoker.adapters.graph.requests import equal, get
from revoker.adapters.graph.transport import GraphTransport


class RoleRequests:
    """Makes requests about roles; only an expanded principal tells whether it is a user, a group or an application."""

    def __init__(self, transport: GraphTransport) -> None:
        base = {"baseurl": transport.base_url}
        self._assigned = RoleAssignmentsRequestBuilder(transport.adapter, base)
        self._defined = RoleDefinitionsRequestBuilder(transport.adapter, base)
        self._eligible = eligibility.RoleEligibilityScheduleInstancesRequestBuilder(transport.adapter, base)
        self._joining = joining.EligibilityScheduleInstancesRequestBuilder(transport.adapter, base)

    def assigned(self) -> RequestInformation:
        """Ask for every role assignment: custom roles, all scopes, active ones of PIM."""
        return get(self._assigned, expand=["principal"])

    def eligible(self) -> RequestInformation:
        """Ask for the principals that may activate a role."""
        return get(self._eligible, expand=["principal"])

    def may_join(self, group: str) -> RequestInformation:
        """Ask for the principals that may join or own a group (PIM for Groups), which is listed for one group."""
        return get(self._joining, filter=equal("groupId", group), expand=["principal"])

    def defined(self) -> RequestInformation:
        """Ask for every role that the tenant defines."""
        return get(self._defined, select=["id", "displayName"])
