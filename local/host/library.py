"""The real worker library, driven without a wire: it indexes the app and calls its functions.

The library takes any objects with the right attributes for start and indexing, and has an entry of its own without
protobuf for calls (`native_invocation`). So the message classes here are stand-ins of one line each. The library
keeps its state in modules: one app per process.
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import azure_functions_runtime as runtime
from azure_functions_runtime.bindings.datumdef import Datum
from azure_functions_runtime.native_invocation import invocation_request_native

from local.host.invocation import Answer, AppError, Argument, Function, InvocationFailedError, Request


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


async def load(app: Path) -> list[Function]:
    """Index the app as the worker does at its start, and name its functions; raises AppError."""
    sys.path.insert(0, str(app))
    os.chdir(app)
    runtime.start_threadpool_executor()
    start = SimpleNamespace(capabilities={}, function_app_directory=str(app))
    await _ask(runtime.worker_init_request, worker_init_request=start)
    listing = await _ask(runtime.functions_metadata_request)
    return [_function(metadata) for metadata in listing.function_metadata_results or ()]


async def call(invocation: str, function: str, parameter: str, argument: Argument) -> Answer | None:
    """Call one function with its trigger's value; raises InvocationFailedError with the traceback."""
    metadata = {name: Datum(text, kind) for name, (kind, text) in argument.metadata.items()}
    fine, answer, _, reason, trace = await invocation_request_native(
        invocation, function, [(parameter, _datum(argument))], metadata
    )
    if not fine:
        raise InvocationFailedError(trace or reason)
    return _answer(answer)


async def _ask(request: Any, **message: SimpleNamespace) -> Any:  # noqa: ANN401  # the library is untyped
    envelope = SimpleNamespace(request=SimpleNamespace(**message), properties={"host": "127.0.0.1", "protos": PROTOCOL})
    reply = await request(envelope)
    if reply.result.status != _Status.Success:
        problem = reply.result.exception
        raise AppError(f"{problem.message}\n{problem.stack_trace}".strip())
    return reply


def _function(metadata: SimpleNamespace) -> Function:
    """Return one indexed function; a binding that this host does not imitate is refused."""
    triggers: list[dict[str, Any]] = []
    others: list[str] = []
    for text in metadata.raw_bindings:
        binding = json.loads(text)
        kind = binding["type"]
        if kind.lower().endswith("trigger"):
            triggers.append(binding)
        elif kind != "http":  # an HTTP function's answer is a binding of its own
            others.append(kind)
    if len(triggers) != 1 or others:
        unknown = ", ".join(others) or "no trigger"
        raise AppError(f"{metadata.name}: the embedded host serves no such binding: {unknown}.")
    return Function(metadata.name, metadata.function_id, triggers[0])


def _datum(argument: Argument) -> Datum:
    if argument.request is None:
        return Datum(argument.body.decode(), argument.kind)
    return Datum(_http(argument.request, argument.body), "http")


def _http(request: Request, body: bytes) -> dict[str, Any]:
    return {
        "method": Datum(request.method, "string"),
        "url": Datum(request.url, "string"),
        "headers": _texts(request.headers),
        "query": _texts(request.query),
        "params": _texts(request.params),
        "body": Datum(body, "bytes"),
    }


def _texts(values: Mapping[str, str]) -> dict[str, Datum]:
    return {name: Datum(value, "string") for name, value in values.items()}


def _answer(datum: Datum | None) -> Answer | None:
    if datum is None or datum.value is None:
        return None
    if datum.type != "http":
        return Answer(200, (("Content-Type", "text/plain; charset=utf-8"),), str(datum.value).encode())
    said = datum.value
    headers = [(name, str(value.value)) for name, value in said["headers"].items()]
    for cookie in said.get("cookies") or ():
        headers += [("Set-Cookie", morsel.OutputString()) for morsel in cookie.values()]
    return Answer(int(said["status_code"].value), tuple(headers), said["body"].value)
