"""Scheduled sweeps: create and change them, start the runs that are due."""
