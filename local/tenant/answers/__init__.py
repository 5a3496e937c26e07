"""The answers to each operation, and the table of which there are."""
