"""What the evidence page says, as values: verdict, numbers, people, gate, picture. `revoker.page` writes the page."""
