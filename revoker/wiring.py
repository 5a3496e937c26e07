"""The process's one app: composed on first use, closed when its event loop ends."""

import gc
from collections.abc import AsyncGenerator
from urllib.parse import urlsplit

from revoker.app import App
from revoker.core.outage import SILENT, Outage, refused
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
        """Hold the app open until the event loop closes this generator: the platform tells the end in no other way."""
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


def outage(error: Exception) -> Outage | None:
    """Return why storage cannot be used just now, so that the caller may ask again; None for any other error."""
    from azure.core.exceptions import HttpResponseError, ServiceRequestError, ServiceResponseError  # noqa: PLC0415 - see build

    if isinstance(error, ServiceRequestError | ServiceResponseError):
        return SILENT
    if not isinstance(error, HttpResponseError):
        return None
    status = error.status_code or 0
    if status == 403:
        return refused(_host(error.response), str(getattr(error, "error_code", "")))
    return SILENT if status >= 500 else None


def _host(response: object) -> str:
    """Return the host that was asked; empty where the error tells none."""
    request = getattr(response, "request", None)
    return urlsplit(getattr(request, "url", "")).hostname or ""
