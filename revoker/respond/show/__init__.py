"""What a caller may read: runs, users, reports, health, preflight. Nothing here changes anything."""
