"""The process's one app: composed on first use, closed when its event loop ends."""

import gc
from collections.abc import AsyncGenerator

from revoker.app import App
from revoker.settings import Settings


class Parts:
    """Holds the app for the process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._life: AsyncGenerator[App] | None = None
        self._app: App | None = None

    async def app(self) -> App:
        """Return the app, composed on first use."""
        if self._app is None:
            self._life = self._live()
            self._app = await anext(self._life)
        return self._app

    async def _live(self) -> AsyncGenerator[App]:
        """Hold the app open; a loop that ends closes its generators, and the platform offers no other farewell."""
        app = build(self._settings)
        gc.freeze()  # eighty thousand objects of modules that stay: to walk them stops every lane for 20 ms each time
        try:
            yield app
        finally:
            await app.close()


def build(settings: Settings) -> App:
    """Return the app on real parts; raises SettingError without storage.

    The Azure and Graph packages come with this import: they cost more than a second, and the Functions host needs none
    of them to index the functions.
    """
    from revoker.composition import compose  # noqa: PLC0415 - see above

    return compose(settings)


def is_outage(error: Exception) -> bool:
    """Tell whether storage did not answer, or answered that it cannot: the caller may ask again."""
    from azure.core.exceptions import HttpResponseError, ServiceRequestError, ServiceResponseError  # noqa: PLC0415 - see build

    if isinstance(error, ServiceRequestError | ServiceResponseError):
        return True
    return isinstance(error, HttpResponseError) and (error.status_code or 0) >= 500
