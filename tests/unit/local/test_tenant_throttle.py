import pytest
from hypothesis import given, strategies as st

from local.tenant.applications import Application, Applications
from local.tenant.exchange import Refusal
from local.tenant.limits.bucket import Bucket
from local.tenant.limits.quota import units_per_window
from local.tenant.limits.throttle import Cost, Throttle, retry_after, spelled
from local.tenant.people import TENANT_ID
from local.tenant.settings import Settings, full_throttle
from local.tenant.visitor import NOON, Visitor

WRITE = Cost(units=1, writes=1)


def limits(users: int = 3000, write_burst: float = 3000, write_rate: float = 20) -> Throttle:
    """Make the quotas of a tenant as its settings size them."""
    return full_throttle(Settings(users=users, write_burst=write_burst, write_rate=write_rate), Applications())


def admitted(throttle: Throttle, now: float, priority: str = "normal", app: str = "app", most: int = 20_000) -> int:
    """Write until refused."""
    for count in range(most):
        try:
            throttle.admit(WRITE, priority, app, now)
        except Refusal:
            return count
    return most


def refusal(throttle: Throttle, now: float, cost: Cost = WRITE) -> Refusal:
    """Be refused."""
    with pytest.raises(Refusal) as refused:
        throttle.admit(cost, "normal", "app", now)
    return refused.value


def test_the_documented_quota() -> None:
    """3,000 at once, then 20 a second, and no more saved up than 3,000."""
    throttle = limits(users=3000, write_burst=3000, write_rate=20)

    assert [admitted(throttle, now) for now in (0, 1, 11, 10_000)] == [3000, 20, 200, 3000]


def test_a_refusal_says_which_limit_and_how_long() -> None:
    """Everything that Graph sends along with a 429."""
    throttle = limits(users=3000, write_burst=10, write_rate=2)
    admitted(throttle, now=0)

    refused = refusal(throttle, now=0)

    assert (refused.status, refused.code) == (429, "TooManyRequests")
    assert {
        "Retry-After": "0.50",
        "x-ms-throttle-scope": f"Tenant_Application/Write/app/{TENANT_ID}",
        "x-ms-throttle-information": "WriteLimitExceeded",
        "x-ms-throttle-limit-percentage": "1.20",
    } == refused.headers


def test_waiting_as_told_is_enough() -> None:
    """Retry-After is honest: then, and not before, one call fits."""
    throttle = limits(users=3000, write_burst=10, write_rate=0.4)
    admitted(throttle, now=100)
    wait = float(refusal(throttle, now=100).headers["Retry-After"])

    assert wait == 3
    assert refusal(throttle, now=100 + 2.4).headers["Retry-After"] == "0.10"
    assert admitted(throttle, now=100 + wait) == 1


def test_a_quota_may_never_come_back() -> None:
    """A rate of 0 is allowed, and the wait is long."""
    throttle = limits(users=3000, write_burst=5, write_rate=0)

    assert [admitted(throttle, now) for now in (0, 3600)] == [5, 0]
    assert int(refusal(throttle, 3600).headers["Retry-After"]) > 86_400


@pytest.mark.parametrize(("wait", "expected"), [(0.001, "0.01"), (0.5, "0.50"), (1, "1.00"), (1.01, "2"), (150, "150")])
def test_retry_after(wait: float, expected: str) -> None:
    """Whole seconds, or a fraction below one; never too short."""
    assert expected == retry_after(wait)


@pytest.mark.parametrize(("users", "expected"), [(49, 3500), (50, 5000), (500, 5000), (501, 8000)])
def test_resource_units_by_size(users: int, expected: int) -> None:
    """Small, medium and large tenants."""
    assert expected == units_per_window(users)


def test_reads_are_limited_by_resource_units() -> None:
    """Reading uses up units, never the write quota."""
    throttle = limits(users=10, write_burst=3000, write_rate=20)
    for _ in range(700):
        throttle.admit(Cost(units=5), "normal", "app", 0)

    refused = refusal(throttle, 0, Cost(units=5))

    assert refused.headers["x-ms-throttle-information"] == "ResourceUnitLimitExceeded"
    assert throttle.admit(Cost(units=5), "normal", "app", 0.5) == {
        "x-ms-resource-unit": "5",
        "x-ms-throttle-limit-percentage": "0.95",
    }


def test_a_refused_write_costs_nothing() -> None:
    """Neither bucket is charged when either refuses."""
    throttle = limits(users=10, write_burst=5000, write_rate=20)

    assert admitted(throttle, 0) == 3500
    assert throttle.quota("app").writes.wait(1500, 0) == 0


@pytest.mark.parametrize(("used", "expected"), [(8, None), (9, "0.90"), (10, "1.00")])
def test_the_share_is_reported_above_four_fifths(used: int, expected: str | None) -> None:
    """Below that the header is missing."""
    throttle = limits(users=3000, write_burst=10, write_rate=1)
    told = [throttle.admit(WRITE, "normal", "app", 0) for _ in range(used)][-1]

    assert expected == told.get("x-ms-throttle-limit-percentage")


def test_the_share_is_never_reported_above_its_maximum() -> None:
    """1.8 is the highest that is said."""
    throttle = limits(users=3000, write_burst=10, write_rate=1)
    admitted(throttle, 0)
    for _ in range(30):
        refused = refusal(throttle, 0)

    assert refused.headers["x-ms-throttle-limit-percentage"] == "1.80"


@pytest.mark.parametrize("priority", ["Low", "normal", "HIGH", "nonsense"])
def test_alone_every_priority_has_the_whole_quota(priority: str) -> None:
    """Limits stay the same whatever the priority."""
    assert admitted(limits(3000, 100, 1), 0, priority) == 100


def test_low_is_refused_first_and_high_last() -> None:
    """With all three at work, a reserve is kept from the lower ones."""
    throttle = limits(3000, 100, 1)
    for priority in ("high", "normal"):
        throttle.admit(WRITE, priority, "app", 0)

    assert [admitted(throttle, 0, priority) for priority in ("low", "normal", "high")] == [88, 5, 5]


def test_low_has_the_whole_quota_again_when_the_others_rest() -> None:
    """The reserve lasts as long as somebody needs it."""
    throttle = limits(3000, 100, 1)
    throttle.admit(WRITE, "high", "app", 0)

    assert [admitted(throttle, 0, "low"), admitted(throttle, 10, "low")] == [89, 20]


def test_faster_time_is_faster_for_every_quota() -> None:
    """Twenty times the write rate stands for a twentieth of the time: reads are not left behind."""
    throttle = limits(users=3000, write_burst=3000, write_rate=400)

    assert throttle.quota("app").units.rate == pytest.approx(16_000)


def test_each_application_has_a_quota_of_its_own() -> None:
    """Two have twice the writes of one; how much each reads is counted apart as well."""
    throttle = limits(write_burst=100, write_rate=1)

    assert [admitted(throttle, 0, app=app) for app in ("one", "two", "one")] == [100, 100, 0]
    assert throttle.quota("one").units.demand() > 0
    assert throttle.quota("three").units.demand() == 0


def test_the_tenant_limits_all_applications_together() -> None:
    """18,000 at once and 60 a second, however many there are; six applications have 18,000 between them."""
    throttle = limits()
    apps = [f"app{number}" for number in range(10)]

    assert [admitted(throttle, 0, app=app) for app in apps] == [3000] * 6 + [0] * 4
    assert [admitted(throttle, 1, app=app) for app in apps] == [20] * 3 + [0] * 7
    assert [admitted(throttle, 2, app=app) for app in apps[6:]] == [60, 0, 0, 0]


def test_the_tenants_limit_is_named_as_such() -> None:
    """Scope `Tenant`, so that a caller knows that every application has to wait."""
    throttle = limits(write_burst=10, write_rate=1)
    for app in "abcdef":
        admitted(throttle, 0, app=app)
    with pytest.raises(Refusal) as refused:
        throttle.admit(WRITE, "normal", "late", 0)

    assert refused.value.headers == {
        "Retry-After": "0.34",
        "x-ms-throttle-scope": f"Tenant/Write/late/{TENANT_ID}",
        "x-ms-throttle-information": "WriteLimitExceeded",
    }


def test_one_application_alone_never_meets_the_tenants_limit() -> None:
    """Its own is a sixth at once and a third a second, whatever the options."""
    throttle = limits(write_burst=50, write_rate=5)

    assert [admitted(throttle, now) for now in (0, 1, 20)] == [50, 5, 50]
    assert throttle.tenant_writes.wait(100, 20) == 0


def test_a_refused_write_costs_the_tenant_nothing() -> None:
    """An application that runs into its own limit takes nothing from the others."""
    throttle = limits(write_burst=10, write_rate=1)
    admitted(throttle, 0)
    for _ in range(100):
        refusal(throttle, 0)

    assert throttle.tenant_writes.wait(50, 0) == 0


def test_an_application_may_have_less() -> None:
    """Throttled alone, while the others have what they always had."""
    applications = Applications({"poor": Application(write_burst=5, write_rate=1)})
    throttle = full_throttle(Settings(users=3000, write_burst=100), applications)

    assert [admitted(throttle, 0, app=app) for app in ("poor", "rich")] == [5, 100]


@pytest.mark.parametrize(
    ("form", "seconds", "expected"),
    [
        ("seconds", "2", "2"),
        ("whole", "0.01", "1"),
        ("whole", "3", "3"),
        ("list", "30", "15,30"),
        ("list", "0.50", "0.25,0.50"),
        ("date", "20", "Mon, 02 Mar 2026 09:00:20 GMT"),
        ("date", "0.25", "Mon, 02 Mar 2026 09:00:01 GMT"),
    ],
)
def test_retry_after_in_other_forms(form: str, seconds: str, expected: str) -> None:
    """As an HTTP date, rounded up, as two numbers, of which the longer counts, and never below a second."""
    assert expected == spelled(seconds, form, NOON)


def test_a_write_about_no_user_counts() -> None:
    """As far as Graph's own documentation tells: all requests accrue, and a 404 is not excepted."""
    visitor = Visitor(write_burst=3, write_rate=0)

    assert [404, 404, 404, 429] == [visitor.revoke("nobody@contoso.com").response.status for _ in range(4)]


@given(
    burst=st.integers(1, 200),
    rate=st.floats(0.1, 100),
    steps=st.lists(st.tuples(st.floats(0, 5), st.integers(1, 30)), max_size=60),
)
def test_a_bucket_never_admits_more_than_it_holds_and_gains(
    burst: int, rate: float, steps: list[tuple[float, int]]
) -> None:
    """However it is used: never more than burst plus rate times time."""
    bucket, now, taken = Bucket(burst, rate), 0.0, 0
    for pause, cost in steps:
        now += pause
        if cost <= burst and bucket.wait(cost, now) == 0:
            bucket.take(cost)
            taken += cost

        assert taken <= burst + rate * now + 1e-6


@given(burst=st.integers(1, 50), rate=st.floats(0.1, 100), cost=st.integers(1, 50))
def test_a_bucket_keeps_its_word(burst: int, rate: float, cost: int) -> None:
    """What it says to wait is enough."""
    cost = min(cost, burst)
    bucket = Bucket(burst, rate)
    bucket.wait(burst, 0)
    bucket.take(burst)
    wait = bucket.wait(cost, 0)

    assert bucket.wait(cost, wait + 1e-6) == pytest.approx(0, abs=1e-6)
