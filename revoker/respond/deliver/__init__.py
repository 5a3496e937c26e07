"""A message is delivered: at the first delivery its work is done, at a later one the message is put apart."""
