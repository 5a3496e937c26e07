"""The only rooms that know Azure and Graph packages; each module keeps a promise of ``ports``."""
