"""A request becomes a run: look names up, measure the scope, pass the gate, reserve slots, record, send."""
