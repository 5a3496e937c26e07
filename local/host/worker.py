"""The real worker library, driven in this process.

Over the wire the host and the worker exchange protobuf messages. In one process nothing needs a wire: the library
takes any objects with the right attributes for start and indexing, and has an entry of its own without protobuf for
calls (`native_invocation`). So the message classes here are stand-ins of one line each. The protobuf way would need
the generated classes, which no installable package carries; it would prove only that answers survive the wire.

The library keeps its state in modules: one app per process.
"""

import json
import os
import sys
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import azure_functions_runtime as runtime
from azure_functions_runtime.bindings.datumdef import Datum
from azure_functions_runtime.native_invocation import invocation_request_native


class AppError(Exception):
    """The app cannot be loaded, or asks for something this host has not got."""


class InvocationFailedError(Exception):
    """A function raised; the text is its traceback."""


class _Status(SimpleNamespace):
    Failure, Success = 0, 1


class _Binding(SimpleNamespace):
    undefined, out, inout = None, 1, 2


PROTOCOL = SimpleNamespace(
    StatusResult=_Status,
    BindingInfo=_Binding,
    **dict.fromkeys(
        (
            "FunctionLoadResponse",
            "FunctionMetadataResponse",
            "RpcException",
            "RpcFunctionMetadata",
            "RpcRetryOptions",
            "WorkerInitResponse",
            "WorkerMetadata",
        ),
        SimpleNamespace,
    ),
)


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the app, and the binding that triggers it."""

    name: str
    id: str
    trigger: Mapping[str, Any]


async def load(app: Path) -> list[Function]:
    """Index the app as the worker does at its start, and name its functions."""
    sys.path.insert(0, str(app))
    os.chdir(app)
    runtime.start_threadpool_executor()
    start = SimpleNamespace(capabilities={}, function_app_directory=str(app))
    await _ask(runtime.worker_init_request, worker_init_request=start)
    listing = await _ask(runtime.functions_metadata_request)
    return [_function(metadata) for metadata in listing.function_metadata_results or ()]


async def call(function: Function, argument: Datum, metadata: Mapping[str, Datum]) -> Datum | None:
    """Call one function with its trigger's value, and return what it returned."""
    inputs = [(function.trigger["name"], argument)]
    fine, answer, _, reason, trace = await invocation_request_native(
        str(uuid.uuid4()), function.id, inputs, dict(metadata)
    )
    if not fine:
        raise InvocationFailedError(trace or reason)
    return answer


async def _ask(request: Any, **message: SimpleNamespace) -> Any:  # noqa: ANN401  # the library is untyped
    envelope = SimpleNamespace(request=SimpleNamespace(**message), properties={"host": "127.0.0.1", "protos": PROTOCOL})
    reply = await request(envelope)
    if reply.result.status != _Status.Success:
        problem = reply.result.exception
        raise AppError(f"{problem.message}\n{problem.stack_trace}".strip())
    return reply


def _function(metadata: SimpleNamespace) -> Function:
    bindings = [json.loads(binding) for binding in metadata.raw_bindings]
    triggers = [binding for binding in bindings if binding["type"].lower().endswith("trigger")]
    others = [binding for binding in bindings if binding not in triggers and binding["type"] != "http"]
    if len(triggers) != 1 or others:
        unknown = ", ".join(binding["type"] for binding in others) or "no trigger"
        raise AppError(f"{metadata.name}: the embedded host serves no such binding: {unknown}.")
    return Function(metadata.name, metadata.function_id, triggers[0])
