"""The only rooms that know Azure and Graph packages; each keeps one Protocol of ``ports``."""
