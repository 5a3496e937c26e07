"""The HTTP edge: which routes there are, which caller may use them, and how errors become problems (RFC 9457)."""
