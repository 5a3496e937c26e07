"""The use cases, one folder a stage, and beside them the ground that stages share. No Azure package is known here."""
