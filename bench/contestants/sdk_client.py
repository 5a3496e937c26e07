"""The Graph SDK's client as its documentation makes it, and its listing page by page."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from azure.identity.aio import ManagedIdentityCredential
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.models.user import User
from msgraph.generated.models.user_collection_response import UserCollectionResponse
from msgraph.generated.users.users_request_builder import UsersRequestBuilder
from told import GRAPH


def connect() -> GraphServiceClient:
    """Make a client with the SDK's own pipeline: three retries on 429, 503 and 504, `Retry-After` obeyed."""
    scopes = ["https://graph.microsoft.com/.default"]
    host = urlsplit(GRAPH).hostname or ""
    provider = AzureIdentityAuthenticationProvider(ManagedIdentityCredential(), scopes=scopes, allowed_hosts=[host])
    adapter = GraphRequestAdapter(provider)
    adapter.base_url = GRAPH
    # The models load at their first use, three seconds that belong to the start and not to the run.
    User().get_field_deserializers()
    UserCollectionResponse().get_field_deserializers()
    return GraphServiceClient(request_adapter=adapter)


async def pages(client: GraphServiceClient, top: int | None) -> AsyncIterator[list[str]]:
    """Yield the ids of each page; without `top` the service chooses the page's size, which is 100."""
    query = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(select=["id"], top=top)
    page = await client.users.get(request_configuration=RequestConfiguration(query_parameters=query))
    while page is not None:
        yield [user.id for user in page.value or [] if user.id]
        link = page.odata_next_link
        if not link:
            return
        page = await client.users.with_url(link).get()
