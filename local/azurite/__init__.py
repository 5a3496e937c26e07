"""Azurite, the real storage emulator: its pinned package beside this file, and the process that runs it."""
