"""Draws the documents' pictures from the texts in `docs/pictures/`; the same text gives the same bytes."""
