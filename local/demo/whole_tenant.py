"""The demonstration's whole tenant: federated, so refused by the gate, then acknowledged, swept and proved."""

from local.demo.stage import Stage

_BODY = {"allUsers": True, "compromisedAt": "2026-01-01T00:00:00Z", "reason": "Demonstration: the whole tenant"}


async def whole_tenant(stage: Stage) -> bool:
    """Ask for all users of a tenant that still trusts an old certificate, then acknowledge what the gate found."""
    print("\n4. The whole tenant: a federated domain still trusts a certificate from before the compromise")
    await stage.post(f"{stage.tenant}/_faults", {"profile": "none"})
    await stage.post(f"{stage.tenant}/_control", {"federation": "stale"})
    async with stage.client.post(f"{stage.api}/runs", json=_BODY) as reply:
        refusal = await reply.json()
        print(f"   {reply.status} {refusal['title']}: {refusal['detail']}")
    print("   acknowledged (in earnest: rotate first), and swept:")
    ready = await stage.get(f"{stage.api}/preflight")
    before = await stage.get(f"{stage.tenant}/_journal")
    run = await stage.post(f"{stage.api}/runs", {**_BODY, "acknowledge": refusal["acknowledge"]})
    run = await stage.finish(run)
    for outcome, count in run["counts"].items():
        print(f"   {outcome:<24} {count}")
    after = await stage.get(f"{stage.tenant}/_journal")
    revoked = after["revokes"]["accepted"] - before["revokes"]["accepted"]
    # userType does not tell which users: internal guests have credentials here, external members have none.
    elsewhere, users = run["counts"]["not_effective"], ready["users"]["total"]
    print(f"   the tenant's journal: {revoked} revoked of {users} users; {elsewhere} sign in at another tenant")
    return reply.status == 409 and revoked == run["counts"]["verified"] == users - elsewhere
