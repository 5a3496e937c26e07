from collections import Counter
from typing import Any

import pytest

from local.tenant.exchange import Delivery, Fate
from local.tenant.faults import Faults
from local.tenant.visitor import Visitor, revocation

ALICE = "alice@contoso.com"


def scripted(*lines: dict[str, Any]) -> Visitor:
    """Meet a tenant with a script."""
    visitor = Visitor()
    visitor.control("/_script", {"requests": list(lines)})
    return visitor


def accepted(visitor: Visitor) -> int:
    """Count what the tenant really did."""
    return int(visitor.control("/_journal")["revokes"]["accepted"])


def test_an_unknown_profile_is_refused() -> None:
    """With the names there are."""
    with pytest.raises(ValueError, match="none, throttled, flaky, forbidden, down"):
        Faults("unlucky")


def test_forbidden_refuses_to_revoke_and_lets_read() -> None:
    """As when the permission is not enough for the holder of a role."""
    visitor = Visitor(faults="forbidden")
    response = visitor.revoke(ALICE).response

    assert (response.status, response.payload["error"]["code"]) == (403, "Authorization_RequestDenied")
    assert "request-id" in response.payload["error"]["innerError"]
    assert visitor.ask("GET", "/users").response.status == 200
    assert visitor.control("/_journal")["revokes"] == {"accepted": 0, "throttled": 0, "refused": 1, "failed": 0}


def test_down_never_answers_well() -> None:
    """Resets and 503, nothing else, and nothing is done."""
    visitor = Visitor(faults="down")
    met = Counter(
        (delivery.fate, delivery.response.status if delivery.fate is Fate.SENT else 0)
        for delivery in (visitor.batch([revocation("1", ALICE)]) for _ in range(100))
    )

    assert set(met) == {(Fate.RESET, 0), (Fate.SENT, 503)}
    assert accepted(visitor) == 0


def test_throttled_has_a_smaller_bucket_and_random_refusals() -> None:
    """Some of the refusals do not say when to come back."""
    visitor = Visitor(faults="throttled")
    items = [
        item
        for _ in range(20)
        for item in visitor.batch([revocation(str(n), ALICE) for n in range(20)]).response.payload["responses"]
    ]
    refused = [item for item in items if item["status"] == 429]

    assert accepted(visitor) == 150
    assert len(refused) == 250
    assert {"Retry-After" in item["headers"] for item in refused} == {True, False}


def flaky(seed: int) -> list[tuple[Fate, int, int, float]]:
    """Meet the profile 300 times."""
    visitor = Visitor(seed=seed, faults="flaky")
    deliveries = [visitor.batch([revocation(str(n), ALICE) for n in range(5)]) for _ in range(300)]
    return [(d.fate, d.response.status, items(d), d.delay) for d in deliveries]


def items(delivery: Delivery) -> int:
    """Count the answers in a batch's."""
    payload = delivery.response.payload or {}
    return len(payload.get("responses", []))


def test_flaky_shows_every_kind_of_trouble() -> None:
    """Server errors, broken connections, slow answers, cut ones, and items missing."""
    met = flaky(1)

    assert set(Fate) == {fate for fate, _, _, _ in met}
    assert {200, 500, 503, 504} <= {status for _, status, _, _ in met}
    assert {4, 5} <= {count for _, _, count, _ in met}
    assert {0.0, 1.5} == {delay for _, _, _, delay in met}


@pytest.mark.parametrize("way", ["alone", "in a batch"])
def test_half_of_the_500s_do_the_work(way: str) -> None:
    """Of `hiccups`, for a call alone and for a batch: the answer is 500 whether the user is revoked or not."""
    done: Counter[bool] = Counter()
    visitor = Visitor(faults="hiccups", write_burst=10_000)
    for _ in range(5_000):
        visitor.now += 1
        before = accepted(visitor)
        delivery = visitor.revoke(ALICE) if way == "alone" else visitor.batch([revocation("1", ALICE)])
        if delivery.response.status == 500:
            done[accepted(visitor) > before] += 1

    assert done[True] > 0
    assert done[False] > 0


def test_flaky_repeats_with_its_seed() -> None:
    """A bad day can be lived again."""
    assert flaky(3) == flaky(3)
    assert flaky(3) != flaky(4)


def test_a_script_answers_instead_of_the_tenant() -> None:
    """With status, headers and body as written; nothing is done; afterwards all is well again."""
    visitor = scripted(
        {"match": "revokeSignInSessions", "times": 2, "status": 503, "headers": {"Retry-After": "7"}, "body": {"x": 1}}
    )
    responses = [visitor.revoke(ALICE).response for _ in range(3)]

    assert [response.status for response in responses] == [503, 503, 200]
    assert responses[0].payload == {"x": 1}
    assert responses[0].headers["Retry-After"] == "7"
    assert accepted(visitor) == 1


def test_script_lines_are_used_in_order_by_what_they_match() -> None:
    """Inside a batch as well as outside."""
    visitor = scripted(
        {"match": "GET /users/ben", "status": 500},
        {"match": "ben@", "status": 502},
        {"match": "$batch", "status": 504},
    )
    batch = [{"id": "1", "method": "GET", "url": "/users/ben@contoso.com"}]

    assert visitor.ask("GET", f"/users/{ALICE}").response.status == 200
    assert visitor.batch(batch).response.status == 504
    assert [item["status"] for _ in range(3) for item in visitor.batch(batch).response.payload["responses"]] == [
        500,
        502,
        200,
    ]


def test_a_scripted_value_false_is_not_done() -> None:
    """Graph can say 200 and mean no."""
    visitor = scripted({"match": "revoke", "status": 200, "body": {"value": False}})

    assert visitor.revoke(ALICE).response.payload == {"value": False}
    assert accepted(visitor) == 0


@pytest.mark.parametrize(
    ("line", "fate", "done"),
    [
        ({"drop": True}, Fate.RESET, 1),
        ({"truncate": True}, Fate.TRUNCATED, 1),
        ({"reset": True}, Fate.RESET, 0),
        ({"reset": True, "execute": True}, Fate.RESET, 1),
        ({"delayMs": 250}, Fate.SENT, 1),
    ],
)
def test_scripted_losses_on_a_call_alone(line: dict[str, Any], fate: Fate, done: int) -> None:
    """What the caller does not see may have been done: that is what makes it hard."""
    visitor = scripted({"match": "revoke", **line})
    delivery = visitor.revoke(ALICE)

    assert (fate, line.get("delayMs", 0) / 1000) == (delivery.fate, delivery.delay)
    assert accepted(visitor) == done
    assert visitor.control("/_journal")["lost"] == (fate is not Fate.SENT)


@pytest.mark.parametrize(
    ("line", "fate", "answered"),
    [
        ({"drop": True}, Fate.SENT, 2),
        ({"truncate": True}, Fate.TRUNCATED, 3),
        ({"reset": True}, Fate.RESET, 3),
    ],
)
def test_scripted_losses_inside_a_batch(line: dict[str, Any], fate: Fate, answered: int) -> None:
    """A dropped item is missing; a connection cut or broken takes all of them with it."""
    visitor = scripted({"match": "revoke", **line})
    delivery = visitor.batch([revocation(str(n), f"user0000{20 + n}@contoso.com") for n in range(3)])

    assert (fate, answered) == (delivery.fate, items(delivery))
    assert visitor.control("/_journal")["lost"] == 1


def test_a_batch_may_be_done_and_its_answer_lost() -> None:
    """The whole of it, on the way back."""
    visitor = scripted({"match": "$batch", "reset": True, "execute": True})
    delivery = visitor.batch([revocation("1", ALICE)])

    assert delivery.fate is Fate.RESET
    assert accepted(visitor) == 1
