"""Find what was lost, and send it again: overdue batches and scans, messages that came back, poison messages."""
