"""Hooks of Schemathesis: values that exist in the sandbox in place of arbitrary ones.

Only values of the right type are replaced, so that a request that the document forbids stays so.
"""

import json
import os

import schemathesis

VALUES = json.loads(os.environ["SANDBOX_VALUES"])
# Objects that exist at the start, on which the values and the credentials depend.
PROTECTED = set(json.loads(os.environ["SANDBOX_PROTECTED"]))
# Stand-ins for them in changes; they are protected from deletion, too.
STAND_INS = {
    "userId": "5b0cfba4e2bb230ff8b50010",
    "idOrCode": "5b0cfba4e2bb230ff8b50011",
    "groupId": "5b0cfba4e2bb230ff8b50012",
    "roleId": "5b0cfba4e2bb230ff8b50013",
}
REMOVES = {"deleteUser", "migrateUserNamespace", "deleteNamespace", "deleteGroup", "deleteCustomRole"}
NOBODY = "0" * 24


@schemathesis.hook
def before_call(context, case, kwargs):
    operation = case.operation.definition.raw.get("operationId")
    if case.method.upper() != "GET":
        keep_protected(operation, case.path_parameters or {})
    for entry in VALUES:
        if operation in entry["operations"]:
            replace(case, entry)


def keep_protected(operation, parameters):
    """Turns changes of protected objects into changes of their stand-ins, or of nothing."""
    for name, value in parameters.items():
        if value in PROTECTED:
            removed = operation in REMOVES
            parameters[name] = NOBODY if removed else STAND_INS.get(name, NOBODY)


def replace(case, entry):
    place = {"body": case.body, "path": case.path_parameters, "query": case.query}[entry["in"]]
    name, value = entry["name"], entry["value"]
    if not isinstance(place, dict):
        return
    # Without a namespace, an object would be created in one with a policy.
    is_needed = name == "nsCode" and value is not None and place.get(name) is None
    if is_needed or is_replaced(place.get(name), value):
        if value is None:
            del place[name]
        else:
            place[name] = value


def is_replaced(given, value):
    if isinstance(value, list):
        return isinstance(given, list) and all(isinstance(item, str) for item in given)
    return type(given) is type(value) if value is not None else isinstance(given, str)
