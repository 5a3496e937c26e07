"""A run's evidence page, live in a browser on this machine, while the command watches the run."""
