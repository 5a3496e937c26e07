"""Azure Tables: how values become rows, and the compare-and-swap and transactions that keep them right."""
