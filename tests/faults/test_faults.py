"""The scenarios that have a name, and what the log says of them; `make faults` plays the rest, and 200 more."""

import pytest
from misfortune import Doom
from play import play
from programme import BY_HAND, PROGRAMME
from secrecy import told
from theatre import Theatre
from verdict import judge

pytestmark = [pytest.mark.timeout(180), pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize("mode", [mode for mode in PROGRAMME if mode not in BY_HAND])
async def test_nobody_is_lost(theatre: Theatre, mode: str) -> None:
    """Whatever goes wrong, every run ends, everybody is accounted for, and the directory agrees."""
    scenario, stage = PROGRAMME[mode], await theatre.open()
    before = stage.broken.copy()
    complaints = judge(scenario, await play(scenario, stage))
    happened = stage.broken - before
    if complaints:
        await theatre.close()

    assert [] == complaints, f"{scenario.command} plays this again"
    assert happened["host deaths"] >= sum(isinstance(misfortune, Doom) for misfortune in scenario.misfortunes)


async def test_no_log_line_tells_a_secret(theatre: Theatre) -> None:
    """After all of that, no line of host, tenant or storage holds a token, a key, a body or a name."""
    await play(PROGRAMME["tenant-is-down"], await theatre.open())
    lines = theatre.log.read_text(errors="replace").splitlines()

    assert any("run_finished" in line for line in lines)
    assert [] == told(lines)
