"""What the operator typed: the command line, its near misses, times, names, files. Pure but for reading files."""
