"""The bill of materials: what is inside, in CycloneDX 1.6 JSON.

It holds neither the time of the build nor a random serial number: the same sources give the same bill.
"""

import uuid
from collections.abc import Sequence

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from infra.package.licences import Licensed
from infra.package.lock import Pin


def bill(version: str, pins: Sequence[Pin], packages: Sequence[Licensed]) -> str:
    """Return the bill as text: the app, its packages, and which package needs which."""
    app = Component(
        name="revoker", version=version, type=ComponentType.APPLICATION, bom_ref="revoker", licenses=[_licence("MIT")]
    )
    parts = {package.name: _component(package) for package in packages}
    inventory = Bom(serial_number=_serial(pins, version), components=parts.values())
    inventory.metadata.component = app
    inventory.metadata.timestamp = None  # type: ignore[assignment]  # the schema lets it be left out
    inventory.register_dependency(app, parts.values())
    for pin in pins:
        inventory.register_dependency(parts[pin.name], _needs(pin, pins, parts))
    return JsonV1Dot6(inventory).output_as_string(indent=1) + "\n"


def _component(package: Licensed) -> Component:
    return Component(
        name=package.name,
        version=package.version,
        type=ComponentType.LIBRARY,
        bom_ref=package.name,
        purl=PackageURL("pypi", None, package.name, package.version),
        licenses=[_licence(package.licence)],
    )


def _needs(pin: Pin, pins: Sequence[Pin], parts: dict[str, Component]) -> list[Component]:
    return [parts[other.name] for other in pins if pin.name in other.wanted_by]


def _licence(name: str) -> License:
    return LicenseFactory().make_from_string(name)


def _serial(pins: Sequence[Pin], version: str) -> uuid.UUID:
    names = ",".join(f"{pin.name}=={pin.version}" for pin in pins)
    return uuid.uuid5(uuid.NAMESPACE_URL, f"revoker {version} {names}")
