"""The environment as one checked value."""

from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from revoker.core.back_off import Patience
from revoker.core.errors import SettingError
from revoker.core.pacing import Quota
from revoker.core.pool import Pool
from revoker.settings import Settings, Storage, load

ID = "2A9F6C31-5e48-4d70-b3c9-f61e8a07d254"
TENANT = "3F8A1C52-6b7d-4e90-9a41-0c5d2e7f8b13"
MARKS = ("WEBSITE_INSTANCE_ID", "WEBSITE_SITE_NAME", "WEBSITE_POD_NAME", "LEGION_SERVICE_HOST")
FREE_TEXTS = ("REVOKER_WRITE_RATE", "REVOKER_MAX_ATTEMPTS", "REVOKER_VERIFY_DELAYS", "REVOKER_PROTECTED")
AZURE = {"WEBSITE_SITE_NAME": "revoker"}
URI = "AzureWebJobsStorage__queueServiceUri"
QUEUE, TABLE = "https://acc.queue.core.windows.net", "https://acc-secondary.table.core.windows.net/"
OURS = (
    *("REVOKER_AUTH", "REVOKER_WRITE_BURST", "REVOKER_WRITE_RATE", "REVOKER_URGENT_SHARE", "REVOKER_TENANT_SHARE"),
    *("REVOKER_TENANT_BURST", "REVOKER_TENANT_RATE", "REVOKER_IDENTITIES", "REVOKER_TENANT_ID", "REVOKER_PROTECTED"),
    *("REVOKER_MAX_ATTEMPTS", "REVOKER_MAX_AGE_HOURS", "REVOKER_VERIFY_DELAYS"),
    *("REVOKER_CLOCK_SKEW_SECONDS", "REVOKER_GRAPH_TIMEOUT_SECONDS", "REVOKER_HEAL_AFTER_SECONDS"),
    *("REVOKER_APPROVAL_ABOVE", "REVOKER_CALLER_SLOTS", "REVOKER_ACCESS_TOKEN_MINUTES"),
)


GRAPH = Quota(burst=3000, rate=20, reserve=0.1)
ONE, TWO = "11111111-2222-4333-8444-555555555555", "66666666-7777-4888-9999-aaaaaaaaaaaa"


def a_pool(
    quota: Quota = GRAPH, tenant: tuple[int, float] = (16_200, 54.0), identities: tuple[str, ...] = ("",)
) -> Pool:
    """Return a pool; by default one identity without a name, and nine tenths of the tenant's documented limit."""
    return Pool(quota, Quota(*tenant, reserve=0.0), identities)


def test_the_defaults() -> None:
    """An empty environment is a laptop that enforces authentication, with the documented numbers."""
    assert Settings(
        graph_endpoint="https://graph.microsoft.com",
        graph_scope="https://graph.microsoft.com/.default",
        storage=None,
        client_id=None,
        tenant_id=None,
        auth_enforced=True,
        auth_trusted=True,
        protected=(),
        pool=a_pool(GRAPH),
        patience=Patience(attempts=20, age=timedelta(hours=24)),
        verify_delays=(timedelta(seconds=30), timedelta(seconds=120), timedelta(seconds=300)),
        clock_skew=timedelta(seconds=60),
        graph_timeout=timedelta(seconds=30),
        heal_after=timedelta(minutes=15),
        approval_above=0,
        caller_slots=20_000,
        public_url="",
        access_token_life=timedelta(minutes=120),
        known=OURS,
        sweep=None,
    ) == load({})


@pytest.mark.parametrize(
    ("env", "field", "value"),
    [
        ({"AZURE_CLIENT_ID": "c"}, "client_id", "c"),
        ({"AzureWebJobsStorage__clientId": "s"}, "client_id", "s"),
        ({"AZURE_CLIENT_ID": "c", "AzureWebJobsStorage__clientId": "s"}, "client_id", "c"),
        ({"REVOKER_TENANT_ID": f" {TENANT} "}, "tenant_id", TENANT.lower()),
        ({"REVOKER_WRITE_BURST": "10", "REVOKER_WRITE_RATE": "0.5"}, "pool", a_pool(Quota(10, 0.5, 0.1))),
        ({"AZURE_CLIENT_ID": "c"}, "pool", a_pool(identities=("c",))),
        ({"AZURE_CLIENT_ID": "C"}, "pool", a_pool(identities=("c",))),
        ({"AZURE_CLIENT_ID": ONE, "REVOKER_IDENTITIES": f"{TWO}, {ID}"}, "client_id", ONE),
        ({"REVOKER_IDENTITIES": f"{TWO},{ID}"}, "client_id", TWO),
        ({"REVOKER_IDENTITIES": f" {TWO} , {ID}"}, "pool", a_pool(identities=(TWO, ID.lower()))),
        ({"REVOKER_TENANT_BURST": "1000", "REVOKER_TENANT_RATE": "10"}, "pool", a_pool(tenant=(900, 9.0))),
        ({"REVOKER_TENANT_SHARE": "1"}, "pool", a_pool(tenant=(18_000, 60.0))),
        ({"REVOKER_URGENT_SHARE": "0"}, "pool", a_pool(Quota(3000, 20, 0))),
        ({"REVOKER_MAX_ATTEMPTS": "3", "REVOKER_MAX_AGE_HOURS": "0.5"}, "patience", Patience(3, timedelta(minutes=30))),
        ({"REVOKER_MAX_ATTEMPTS": "  "}, "patience", Patience(20, timedelta(hours=24))),
        ({"REVOKER_VERIFY_DELAYS": "0, 5"}, "verify_delays", (timedelta(0), timedelta(seconds=5))),
        ({"REVOKER_CLOCK_SKEW_SECONDS": "0"}, "clock_skew", timedelta(0)),
        ({"REVOKER_GRAPH_TIMEOUT_SECONDS": "1.5"}, "graph_timeout", timedelta(seconds=1.5)),
        ({"REVOKER_PROTECTED": ""}, "protected", ()),
        ({"REVOKER_PROTECTED": f"{ID}, Glass@contoso.com"}, "protected", (ID.lower(), "glass@contoso.com")),
        ({"REVOKER_PROTECTED": " a@b;\nC@D\t,A@B,, "}, "protected", ("a@b", "c@d")),
        ({"REVOKER_AUTH": "none"}, "auth_enforced", False),
        ({"REVOKER_AUTH": ""}, "auth_enforced", True),
        (AZURE, "auth_trusted", False),
        ({"WEBSITE_INSTANCE_ID": "i"}, "auth_trusted", False),
        ({"WEBSITE_POD_NAME": "p"}, "auth_trusted", False),
        ({"LEGION_SERVICE_HOST": "l"}, "auth_trusted", False),
        (AZURE | {"WEBSITE_AUTH_ENABLED": "True"}, "auth_trusted", True),
        (AZURE | {"WEBSITE_AUTH_ENABLED": "false"}, "auth_trusted", False),
        (AZURE | {"WEBSITE_AUTH_ENABLED": "1"}, "auth_trusted", False),
    ],
    ids=repr,
)
def test_each_setting(env: dict[str, str], field: str, value: object) -> None:
    """Each variable is read into its field."""
    assert value == getattr(load(env), field)


@pytest.mark.parametrize(
    ("cloud", "graph", "queue"),
    [
        ("AzureCloud", "https://graph.microsoft.com", "https://acc.queue.core.windows.net"),
        ("AzureUSGovernment", "https://graph.microsoft.us", "https://acc.queue.core.usgovcloudapi.net"),
        ("AzureUSGovernmentDoD", "https://dod-graph.microsoft.us", "https://acc.queue.core.usgovcloudapi.net"),
        ("AzureChinaCloud", "https://microsoftgraph.chinacloudapi.cn", "https://acc.queue.core.chinacloudapi.cn"),
    ],
)
def test_each_cloud(cloud: str, graph: str, queue: str) -> None:
    """The cloud decides the endpoint, the token's scope and the storage suffix alike."""
    settings = load({"AZURE_CLOUD": cloud, "AzureWebJobsStorage__accountName": "acc"})

    assert (graph, f"{graph}/.default") == (settings.graph_endpoint, settings.graph_scope)
    assert Storage(queue_endpoint=queue, table_endpoint=queue.replace(".queue.", ".table.")) == settings.storage


@pytest.mark.parametrize(
    ("env", "storage"),
    [
        ({"AzureWebJobsStorage": "UseDevelopmentStorage=true"}, Storage(connection="UseDevelopmentStorage=true")),
        (
            {URI: QUEUE, "AzureWebJobsStorage__tableServiceUri": TABLE},
            Storage(queue_endpoint=QUEUE, table_endpoint=TABLE),
        ),
        (
            {URI: QUEUE, "AzureWebJobsStorage__accountName": "acc"},
            Storage(queue_endpoint=QUEUE, table_endpoint="https://acc.table.core.windows.net"),
        ),
        ({"AzureWebJobsStorage": ""}, None),
    ],
    ids=repr,
)
def test_each_form_of_storage(env: dict[str, str], storage: Storage | None) -> None:
    """A connection string, two service URIs, or an account's name."""
    assert storage == load(env).storage


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8080",
        "http://127.0.0.1:8080/",
        "https://127.0.0.1",
        "http://localhost:1",
        "http://LOCALHOST:1",
        "http://[::1]:8080",
    ],
)
def test_graph_on_this_machine(url: str) -> None:
    """A loopback address may stand for Graph; the token is still asked for Graph itself."""
    settings = load({"GRAPH_ENDPOINT": url})

    assert url.rstrip("/") == settings.graph_endpoint
    assert settings.graph_scope == "https://graph.microsoft.com/.default"


@pytest.mark.parametrize(
    "url",
    [
        "https://graph.microsoft.com",
        "http://127.0.0.1.evil.com",
        "http://127.0.0.1@evil.com",
        "http://127.0.0.1:80@evil.com",
        "http://evil.com@127.0.0.1",
        "http://localhost.evil.com",
        "http://evil.com#127.0.0.1",
        "http://evil.com?127.0.0.1",
        "http://evil.com\\127.0.0.1",
        "http://127.0.0.1\\.evil.com",
        "http://127.0.0.1\\@evil.com",
        "http://127.0.0.1\t.evil.com",
        "http://127.0.0.1/v1.0",
        "HTTP://127.0.0.1",
        "ftp://127.0.0.1",
        "//127.0.0.1",
        "127.0.0.1:8080",
        "http://",
        "http://0.0.0.0",
        "http://127.1",
        "http://2130706433",
        "http://[::ffff:127.0.0.1]",
        "http://[::1%25eth0]",
        " http://127.0.0.1",
        "http://127.0.0.1 ",
        "http://\uff11\uff12\uff17.0.0.1",
    ],
)
def test_graph_anywhere_else(url: str) -> None:
    """A token can never be sent to a mistyped or a cunning host."""
    with pytest.raises(SettingError, match=r"^GRAPH_ENDPOINT "):
        load({"GRAPH_ENDPOINT": url})


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("AZURE_CLOUD", ["azurecloud", "AzureGermanCloud"]),
        ("REVOKER_AUTH", ["None", "off", "NONE"]),
        ("REVOKER_TENANT_ID", ["contoso.com", "3f8a1c52", f"{{{TENANT}}}"]),
        ("REVOKER_PROTECTED", ["alice", "a@b, CONTOSO\\ben", "00000000-0000-0000-0000-000000000000"]),
        ("REVOKER_WRITE_BURST", ["0", "-1", "many", "nan", "inf", "1000001"]),
        ("REVOKER_WRITE_RATE", ["0", "0.09", "-20", "100001"]),
        ("REVOKER_URGENT_SHARE", ["-1", "91", "10%"]),
        ("REVOKER_MAX_ATTEMPTS", ["0", "1001"]),
        ("REVOKER_MAX_AGE_HOURS", ["0", "169"]),
        ("REVOKER_VERIFY_DELAYS", ["30;60", "-1", "1.5", "123456", ",", ",".join("1" * 11)]),
        ("REVOKER_CLOCK_SKEW_SECONDS", ["-1", "301"]),
        ("REVOKER_GRAPH_TIMEOUT_SECONDS", ["0", "231"]),
        ("REVOKER_HEAL_AFTER_SECONDS", ["0", "86401"]),
        (URI, ["http://q", "q.queue.core.windows.net"]),
        ("AzureWebJobsStorage__tableServiceUri", ["http://t"]),
    ],
)
def test_a_bad_variable_is_named(name: str, values: list[str]) -> None:
    """Whatever is wrong stops the app with the variable's own name."""
    for value in values:
        with pytest.raises(SettingError, match=name):
            load({name: value, **({"AzureWebJobsStorage__accountName": "a"} if "Uri" in name else {})})


def test_half_a_storage_is_none() -> None:
    """Queues without tables stop the app with the name of what is missing."""
    with pytest.raises(SettingError, match="AzureWebJobsStorage__tableServiceUri"):
        load({URI: QUEUE})


@pytest.mark.parametrize("mark", MARKS)
def test_no_open_door_in_azure(mark: str) -> None:
    """REVOKER_AUTH=none refuses to start wherever the platform shows itself, authentication on or off."""
    for trusted in ("true", "false", ""):
        with pytest.raises(SettingError, match="REVOKER_AUTH"):
            load({mark: "x", "REVOKER_AUTH": "none", "WEBSITE_AUTH_ENABLED": trusted})


@given(st.sampled_from(FREE_TEXTS), st.text())
def test_no_text_surprises(name: str, value: str) -> None:
    """Any text is a setting or a SettingError that names its variable."""
    try:
        load({name: value})
    except SettingError as error:
        named = name in str(error)
    else:
        named = True

    assert named


@pytest.mark.parametrize(
    ("env", "names"),
    [
        ({"GRAPH_ENDPOINT": "http://["}, "GRAPH_ENDPOINT"),
        ({"GRAPH_ENDPOINT": "http://127.0.0.1\uff0fevil.com"}, "GRAPH_ENDPOINT"),
        ({"GRAPH_ENDPOINT": "http://127.0.0.1:abc"}, "GRAPH_ENDPOINT"),
        ({"GRAPH_ENDPOINT": "http://127.0.0.1?x=1"}, "GRAPH_ENDPOINT"),
        ({"REVOKER_MAX_ATTEMPTS": "1.9"}, "REVOKER_MAX_ATTEMPTS"),
        ({"REVOKER_WRITE_BURST": "2.5"}, "REVOKER_WRITE_BURST"),
    ],
)
def test_odd_values_are_refused_by_name(env: dict[str, str], names: str) -> None:
    """What is nearly right is wrong, and the sentence names the variable."""
    with pytest.raises(SettingError, match=names):
        load(env)


def test_a_key_is_not_used_in_azure() -> None:
    """A connection string that the platform injected does not stand in for the identity."""
    key = {"AzureWebJobsStorage": "AccountKey=x", "WEBSITE_SITE_NAME": "app", "WEBSITE_AUTH_ENABLED": "true"}

    assert load(key).storage is None
    storage = load({**key, "AzureWebJobsStorage__accountName": "st"}).storage
    assert storage is not None
    assert (None, "https://st.queue.core.windows.net") == (storage.connection, storage.queue_endpoint)
