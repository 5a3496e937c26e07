"""The evidence as one self-contained HTML page: a template and its style. Only the route of the page imports this."""
