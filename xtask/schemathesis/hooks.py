"""Hooks of Schemathesis: values that exist in the sandbox in place of arbitrary ones.

Only values of the right type are replaced, so that a request that the document forbids stays so.
"""

import json
import os

import schemathesis

VALUES = json.loads(os.environ["SANDBOX_VALUES"])
# Objects that exist at the start, on which the values and the credentials depend.
PROTECTED = set(json.loads(os.environ["SANDBOX_PROTECTED"]))
NOBODY = "0" * 24


@schemathesis.hook
def before_call(context, case, kwargs):
    operation = case.operation.definition.raw.get("operationId")
    keep_protected(case)
    for entry in VALUES:
        if operation in entry["operations"]:
            replace(case, entry)


def keep_protected(case):
    """Turns changes of protected objects into changes of objects that do not exist."""
    if case.method.upper() == "GET" or not case.path_parameters:
        return
    for name, value in case.path_parameters.items():
        if value in PROTECTED:
            case.path_parameters[name] = NOBODY


def replace(case, entry):
    place = {"body": case.body, "path": case.path_parameters, "query": case.query}[entry["in"]]
    name, value = entry["name"], entry["value"]
    if not isinstance(place, dict):
        return
    # Without a namespace, an object would be created in one with a policy.
    is_needed = name == "nsCode" and value is not None and name not in place
    if is_needed or is_replaced(place.get(name), value):
        if value is None:
            del place[name]
        else:
            place[name] = value


def is_replaced(given, value):
    if isinstance(value, list):
        return isinstance(given, list) and all(isinstance(item, str) for item in given)
    return isinstance(given, str)
