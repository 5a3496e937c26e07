"""The API as the command meets it: its address, the token, one request at a time, and what its errors mean."""
