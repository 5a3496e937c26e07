"""A message is delivered: its work at the first time, a moment of its own at any later one."""
