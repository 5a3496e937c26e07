"""The API as the command meets it: its address, the token, one question at a time, and what its errors mean."""
