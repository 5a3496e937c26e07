"""A dry run that was looked at is applied, through the real API, tables and queues, judged by the tenant's journal."""

from support.live import Api, Tenant

REASON = "looked at first"


async def test_a_looked_at_plan_is_what_is_done(api: Api, tenant: Tenant) -> None:
    """Exactly the users of the dry run are revoked, and the new run says which plan it applies."""
    dry = (await api.ask("POST", "runs", {"allUsers": True, "dryRun": True, "reason": REASON})).body
    looked_at = await api.finish(dry["runId"], 60)
    run = (await api.ask("POST", "runs", {"plan": dry["runId"]})).body
    status = await api.finish(run["runId"], 60)
    journal = await tenant.journal()

    assert looked_at["counts"]["planned"] == status["counts"]["verified"] == journal["revokedUsers"]
    assert (dry["runId"], REASON) == (status["plan"], status["reason"])
    assert looked_at["tenant"] == status["tenant"]
    assert "excluded" not in status["counts"]
