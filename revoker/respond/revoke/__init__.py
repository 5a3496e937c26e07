"""One message, one batch: wait for the slot, check again, revoke, read back, verify later."""
