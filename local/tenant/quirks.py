"""How this tenant differs from the plain one: licences, kinds of tenant, restricted users, slow replicas.

Each is off at the start and after a reset; `control_quirks` turns them on.
"""

from dataclasses import dataclass


@dataclass
class Quirks:
    """What is unusual about the tenant.

    `licensed` says whether it has Entra ID P2, which PIM needs. `group_pim` is how PIM for Groups answers: `answers`,
    `empty` or `unsupported`.
    """

    licensed: bool = True
    group_pim: str = "answers"
