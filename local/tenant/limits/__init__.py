"""The limits of the directory, as arithmetic on a clock that is handed in."""
