"""The version, in its one place: the wheel, the command, the API and the evidence all take it from here."""

VERSION = "0.2.0"
