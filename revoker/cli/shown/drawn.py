"""What rich draws, as text."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, RenderableType


def drawn(console: "Console", *things: "RenderableType", whole: bool = True) -> str:
    """Return things as the console's terminal shows them; ``whole`` lines are not broken at its width.

    Rich itself would end the process with 1 where the stream's reader has gone (`| head`); main ends it with 0.
    """
    with console.capture() as captured:
        for thing in things:
            console.print(thing, soft_wrap=whole, end="")
    return captured.get()
