"""The one error of the package builder."""


class PackageError(Exception):
    """The package cannot be built; the message says why and what to do. Nothing was written."""
