"""The gate before a tenant-wide run: which certificates stand in the way, and who let it pass all the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.company import ALICE, World
from support.fakes import START

from revoker.core.federation import CODES, Certificate, Compromise, Domain, Trust
from revoker.core.graph_answer import GraphAnswer
from revoker.core.problems import GateError
from revoker.core.request import Scope, Trigger
from revoker.respond.show.preflight import preflight
from revoker.views.spared_warnings import UNPROTECTED

EVERYBODY = Scope(all_users=True)
AD_FS = "http://contoso.com/adfs/services/trust"
OLD = Certificate("aa" * 20, "aa" * 32, "a0" * 32, "CN=old", START - timedelta(days=700))
NEW = Certificate("bb" * 20, "bb" * 32, "b0" * 32, "CN=new", START - timedelta(hours=1))
NEWER = Certificate("cc" * 20, "cc" * 32, "c0" * 32, "CN=newer", START - timedelta(minutes=30))
SINCE = START - timedelta(days=2)
MANAGED = Domain("contoso.onmicrosoft.com")
STALE = Domain("contoso.com", federated=True, trusts=(Trust(AD_FS, current=OLD, next=NEW),))
ROTATED = Domain("contoso.com", federated=True, trusts=(Trust(AD_FS, current=NEW, next=NEWER),))
ONCE = Domain("contoso.com", federated=True, trusts=(Trust(AD_FS, current=NEW),))
UNKNOWN = Domain("contoso.com", federated=True, trusts=(Trust("urn:contoso", current=NEW),))
HIDDEN = Domain("corp.contoso.com", federated=True, unread="http_403")
NOT_ROTATED, ROTATED_ONCE, UNCHECKED = "federation_not_rotated", "federation_rotated_once", "federation_unchecked"
UNTRUSTED = "federation_untrusted"


@pytest.mark.parametrize(
    ("domains", "options", "missing"),
    [
        ((STALE,), {"compromised_at": SINCE}, (NOT_ROTATED,)),
        ((ROTATED,), {}, (NOT_ROTATED,)),
        ((HIDDEN,), {"compromised_at": SINCE}, (UNCHECKED,)),
        ((HIDDEN,), {"acknowledge": (NOT_ROTATED,)}, (UNCHECKED,)),
        ((STALE, HIDDEN), {"compromised_at": SINCE, "acknowledge": (UNCHECKED,)}, (NOT_ROTATED,)),
        ((ONCE,), {"compromised_at": SINCE}, (ROTATED_ONCE,)),
        ((ONCE, HIDDEN), {"compromised_at": SINCE, "acknowledge": (ROTATED_ONCE,)}, (UNCHECKED,)),
        ((ROTATED,), {"compromised_at": SINCE, "rotated_since": NEW.not_before}, (NOT_ROTATED,)),
        ((ROTATED,), {"compromised_keys": (NEW.key,)}, ("federation_same_key",)),
        ((ROTATED,), {"trusted_thumbprints": (NEW.sha256,)}, (UNTRUSTED,)),
        (GraphAnswer(status=403), {"compromised_at": SINCE}, (UNCHECKED,)),
    ],
)
@pytest.mark.parametrize("scope", [EVERYBODY, Scope(filter="a eq b")])
async def test_a_run_is_refused(
    world: World, scope: Scope, domains: object, options: dict[str, object], missing: tuple[str, ...]
) -> None:
    """409 says which certificate of which domain, what to do first, and what would have to be acknowledged."""
    world.graph_listings.filters = {"a eq b": []}
    world.graph_listings.scripts["domains"] = [domains]
    with pytest.raises(GateError) as caught:
        await world.start(scope=scope, **options)

    assert missing == caught.value.acknowledge
    assert ("token-signing certificate twice" in caught.value.detail) == (missing not in [(UNCHECKED,), (UNTRUSTED,)])
    assert caught.value.fields()["certificates"]
    assert [] == world.outbox.sent
    assert () == (await world.ledger.runs(None, 10, None)).rows


@pytest.mark.parametrize(
    ("domains", "options", "acknowledged", "told"),
    [
        ((MANAGED,), {}, 0, 0),
        ((MANAGED,), {"compromised_at": SINCE}, 0, 0),
        ((ROTATED,), {"compromised_at": SINCE}, 0, 1),
        ((STALE,), {"compromised_at": SINCE, "acknowledge": (NOT_ROTATED,)}, 1, 1),
        ((STALE, HIDDEN), {"acknowledge": (NOT_ROTATED, UNCHECKED)}, 2, 0),
        (GraphAnswer(status=503), {"acknowledge": (UNCHECKED,)}, 1, 0),
    ],
)
async def test_a_run_passes(
    world: World, domains: object, options: dict[str, object], acknowledged: int, told: int
) -> None:
    """What was acknowledged, and by what certificates were judged, stands on the run with the caller's name."""
    world.graph_listings.scripts["domains"] = [domains]
    run = await world.start(scope=EVERYBODY, **options)
    said = [sentence for sentence in run.acknowledged if sentence.endswith("Acknowledged by Rita Responder (id-1).")]
    judged = [sentence for sentence in run.acknowledged if sentence.endswith("as Rita Responder (id-1) says.")]

    assert (acknowledged, told) == (len(said), len(judged))
    assert (*said, *judged) == run.acknowledged
    assert set(run.acknowledged) <= set(run.warnings)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"compromised_at": datetime(1970, 1, 1, tzinfo=UTC)}, "a compromise since 1970-01-01T00:00:00.000Z, as"),
        ({"compromised_thumbprints": ("0" * 40,)}, f"a compromise that took {'0' * 40}, as"),
        (
            {"compromised_at": datetime(1970, 1, 1, tzinfo=UTC), "compromised_thumbprints": ("0" * 40,)},
            f"a compromise since 1970-01-01T00:00:00.000Z and a compromise that took {'0' * 40}, as",
        ),
        ({"trusted_thumbprints": (OLD.sha256, NEW.sha256)}, "judged by trusted thumbprints (2), as"),
        ({"compromised_keys": ("0" * 64,)}, "judged by compromised keys (1), as"),
        ({"rotated_since": datetime(1970, 1, 1, tzinfo=UTC)}, "a rotation begun at 1970-01-01T00:00:00.000Z, as"),
    ],
)
async def test_what_the_caller_told_the_gate_is_kept(world: World, options: dict[str, object], sentence: str) -> None:
    """A date long before every certificate, or a thumbprint of none, lets every one pass: then who said so is kept."""
    world.graph_listings.scripts["domains"] = [(STALE,)]
    run = await world.start(scope=EVERYBODY, **options)

    assert 1 == sum(sentence in said for said in run.warnings)


@pytest.mark.parametrize(
    ("domains", "options", "words"),
    [
        ((ROTATED,), {"compromised_thumbprints": ("0" * 40,)}, ["The age of the certificates was not judged"]),
        ((ROTATED,), {"compromised_at": SINCE}, []),
        ((UNKNOWN,), {"compromised_at": SINCE}, ["the kind of identity provider is unknown"]),
    ],
)
async def test_what_the_gate_leaves_to_a_person(
    world: World, domains: tuple[Domain, ...], options: dict[str, object], words: list[str]
) -> None:
    """The run passes, and says what was not judged, in preflight too."""
    world.graph_listings.verified = domains
    run = await world.start(scope=EVERYBODY, **options)
    said = run.warnings[-len(words) or len(run.warnings) :]
    compromise = Compromise(
        options.get("compromised_at"), thumbprints=frozenset(options.get("compromised_thumbprints", ()))
    )  # type: ignore[arg-type, call-overload]
    warnings = (await preflight(compromise, (ALICE.id,), world.tools))["warnings"]

    assert [True] * len(words) == [word in sentence for word, sentence in zip(words, said, strict=True)]
    assert list(said) == warnings


@pytest.mark.parametrize(("protected", "said"), [((), [UNPROTECTED]), ((ALICE.id,), [])])
async def test_preflight_says_that_no_account_is_protected(
    world: World, protected: tuple[str, ...], said: list[str]
) -> None:
    """Before an emergency, not in it."""
    assert said == (await preflight(Compromise(SINCE), protected, world.tools))["warnings"]


async def test_a_tenant_of_many_domains_can_be_acknowledged(world: World) -> None:
    """The sentence names twenty certificates and counts the rest."""
    trust = Trust("urn:idp", current=OLD)
    domains = [Domain(f"{number}.{'d' * 240}.com", federated=True, trusts=(trust,)) for number in range(300)]
    world.graph_listings.scripts["domains"] = [domains]
    run = await world.start(scope=EVERYBODY, acknowledge=(NOT_ROTATED,))

    assert "and 280 more." in run.acknowledged[0]
    assert 10_000 > len(run.acknowledged[0])


@pytest.mark.parametrize("trigger", [Trigger.HTTP, Trigger.SCHEDULE])
async def test_the_federated_domains_are_kept_on_the_run(world: World, trigger: Trigger) -> None:
    """Also where the gate passes: an intruder's own domain is younger than the compromise, and a person sees it."""
    world.graph_listings.verified = (MANAGED, ROTATED)
    run = await world.start(scope=EVERYBODY, trigger=trigger, compromised_at=SINCE, acknowledge=tuple(CODES))

    assert (ROTATED,) == run.federation.domains
    assert () == (await world.start(ALICE.id)).federation.domains


async def test_a_dry_run_is_told(world: World) -> None:
    """A dry run passes, and says what a real one would meet."""
    world.graph_listings.scripts["domains"] = [(STALE,)]
    run = await world.start(scope=EVERYBODY, dry_run=True, compromised_at=SINCE)

    assert any("A real run would be refused." in sentence and OLD.thumbprint in sentence for sentence in run.warnings)


async def test_named_users_groups_and_roles_are_not_asked(world: World) -> None:
    """What is not the whole tenant does not wait for certificates."""
    world.graph_listings.groups = {"0a0a0a0a-1111-4222-8333-444444444444": []}
    await world.start(scope=Scope(groups=tuple(world.graph_listings.groups), roles=("privileged",)))

    assert [] == [question for question in world.graph_listings.asked if question[0] == "domains"]


@pytest.mark.parametrize("page", ["docs/eviction.md", "examples/transcript.md"])
async def test_the_documents_show_the_refusal_as_it_is(world: World, page: str) -> None:
    """A responder compares the answer on the screen with the one in the document."""
    key = "b3f1c0de94a7d261" + "0" * 48
    issued = datetime(2024, 11, 24, 10, 28, 18, tzinfo=UTC)
    shown = Certificate(
        "87dc06b2c4b9b42674241e2483c12b100e92530c", "d" * 64, key, "CN=ADFS Signing - sts.contoso.com", issued
    )
    trust = Trust(AD_FS, current=shown, next=replace(NEWER, not_before=datetime(2026, 11, 24, tzinfo=UTC)))
    world.graph_listings.scripts["domains"] = [(Domain("contoso.com", federated=True, trusts=(trust,)),)]
    with pytest.raises(GateError) as caught:
        await world.start(scope=EVERYBODY, compromised_at=datetime(2026, 11, 1, tzinfo=UTC))
    text = (Path(__file__).parents[3] / page).read_text(encoding="utf-8")

    assert caught.value.detail in " ".join(text.split())
