"""One function a command: ask the API, show the answer, return how it ended."""
