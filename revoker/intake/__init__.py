"""From outside to a ``Request``: the bodies of the API, of Sentinel and of Defender. Pure."""
