"""What the operator sees: a terminal, tables, progress, the plan. Pure but for ``screen`` and ``live``."""
