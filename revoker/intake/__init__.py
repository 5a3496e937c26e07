"""From outside to a ``Request``: what comes in wrong is refused here, with the path of each error."""
