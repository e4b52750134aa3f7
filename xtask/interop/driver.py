"""Calls every method of the vendor's unmodified SDK against a sandbox.

Each case asserts the values that a call returns. Methods that are broken in the
vendor's SDK are asserted to fail in the known way. At the end, the state that
the SDK read is written to a file, for comparison with another SDK.
"""

import argparse
import json
import os
import sys

# Keep the machine's proxy settings and .netrc credentials out of the calls.
os.environ["NO_PROXY"] = "*"
os.environ["NETRC"] = os.devnull

import accounts
import credentials
import details
import groups
import namespaces
import profiles
import rights
from harness import Run
from trivoreid.client import TrivoreID
from trivoreid.oidc.oidc_client import OidcClient

PARTS = [
    namespaces.namespaces,
    groups.groups,
    accounts.accounts,
    accounts.lists,
    details.details,
    credentials.passwords,
    credentials.verification,
    rights.rights,
    accounts.moves,
    profiles.profiles,
    credentials.strangers,
]


def remember(run, state):
    """Stores the current state, as the vendor's SDK reads it."""
    users = run.sdk.user_service
    try:
        state["user_ids"] += [run.user.id, run.other.id, run.moved.id]
        for user in state["user_ids"]:
            state["users"][user] = users.get(user).serialize()
            state["custom_fields"][user] = json.loads(users.get_custom_fields(user))
            state["enterprises"][user] = users.get_enterprise(user).serialize()
            state["student_states"][user] = users.get_student_state(user).serialize()
            state["custom_permissions"][user] = users.get_custom_permissions(user)
            state["builtin_roles"][user] = users.get_builtin_roles(user)
            state["custom_roles"][user] = users.get_custom_roles(user)
        for group in run.sdk.group_service.get_all().resources:
            state["groups"][group.id] = group.serialize()
        for namespace in run.sdk.namespace_service.get_all().resources:
            state["namespaces"][namespace.id] = namespace.serialize()
    except Exception as error:
        run.report("final state", f"FAILED: {type(error).__name__}: {error}")


def connect(mode, properties):
    """Creates the vendor's client, with API credentials or with a user's token."""
    if mode == "basic":
        return TrivoreID(properties)
    token = OidcClient(properties).get_access_token()
    return TrivoreID(properties, access_token=token)


def drive(run, state):
    """Runs all parts, even if one of them fails."""
    state["user_ids"] = []
    for part in PARTS:
        try:
            part(run, state)
        except Exception as error:
            run.report(part.__name__, f"FAILED: {type(error).__name__}: {error}")
    run.finish()
    remember(run, state)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--properties", required=True)
    arguments.add_argument("--state", required=True)
    options = arguments.parse_args()

    state = {key: {} for key in ["users", "groups", "namespaces", "custom_fields", "enterprises",
                                 "student_states", "custom_permissions", "builtin_roles",
                                 "custom_roles"]}
    state["deleted_users"] = []

    runs = []
    for mode in ["basic", "token"]:
        run = Run(mode, connect(mode, options.properties), options.properties)
        drive(run, state)
        runs.append(run)
    del state["user_ids"]

    with open(options.state, "w", encoding="utf-8") as file:
        json.dump(state, file, indent=1, ensure_ascii=False)
    failed = sum(run.failed for run in runs)
    print(f"{sum(run.passed for run in runs)} passed, {failed} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
