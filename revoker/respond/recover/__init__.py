"""What was lost is found: overdue batches and scans, poison messages."""
