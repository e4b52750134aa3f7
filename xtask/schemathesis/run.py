"""Runs Schemathesis against a sandbox: all checks, a fixed seed, bounded in time."""

import argparse
import base64
import json
import os
import pathlib
import subprocess
import sys
import urllib.parse
import urllib.request

from openapi_spec_validator import OpenAPIV31SpecValidator

HERE = pathlib.Path(__file__).parent
METHODS = ["GET", "PUT", "POST", "DELETE", "OPTIONS", "PATCH", "QUERY", "TRACE"]


def main():
    arguments = read_arguments()
    api = f"{arguments.url}/api/rest/v1"
    document = get(f"{api}/openapi.json")
    OpenAPIV31SpecValidator(document).validate()
    exceptions = json.loads((HERE / "exceptions.json").read_text("utf-8"))
    check_names(exceptions, document)

    header = authorization(arguments)
    folder = pathlib.Path(arguments.folder)
    config = folder / "schemathesis.toml"
    config.write_text(settings(exceptions, arguments), "utf-8")
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run"),
        *("--continue-on-failure", "--no-color"),
        *("--header", f"Authorization: {header}"),
        f"{api}/openapi.json",
    ]
    environment = {
        **os.environ,
        "SANDBOX_VALUES": json.dumps(exceptions["values"]),
        "SANDBOX_PROTECTED": json.dumps(existing(api, header)),
        "NO_PROXY": "*",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    try:
        code = subprocess.run(command, env=environment, cwd=folder, timeout=arguments.limit).returncode
    except subprocess.TimeoutExpired:
        sys.exit(f"Schemathesis took longer than {arguments.limit} s")
    # Without credentials that work, most requests would have tested nothing.
    get(f"{api}/user", header)
    sys.exit(code)


def read_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--properties", required=True)
    parser.add_argument("--caller", choices=["client", "user", "token"], required=True)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--examples", type=int, required=True)
    parser.add_argument("--limit", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def authorization(arguments):
    lines = pathlib.Path(arguments.properties).read_text("utf-8").splitlines()
    known = dict(line.split("=", 1) for line in lines)
    user, password = (known[f"password.grant.{name}"] for name in ("username", "password"))
    if arguments.caller == "client":
        return basic(known["mgmtapi.id"], known["mgmtapi.secret"])
    if arguments.caller == "user":
        return basic(f"{user}@operators", password)
    discovery = get(f"{arguments.url}/.well-known/openid-configuration")
    form = {
        "grant_type": "password",
        "username": user,
        "password": password,
        "scope": " ".join(discovery["scopes_supported"]),
    }
    client = basic(known["oidc.client.id"], known["oidc.client.secret"])
    body = urllib.parse.urlencode(form).encode()
    return "Bearer " + get(discovery["token_endpoint"], client, body)["access_token"]


def basic(name, secret):
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def get(url, header=None, body=None):
    request = urllib.request.Request(url, body, {"Authorization": header} if header else {})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=10) as response:
        return json.load(response)


def existing(api, header):
    """Lists the identifiers and codes of all objects."""
    objects = [
        item
        for path in ("user", "group", "namespace", "role/custom")
        for item in get(f"{api}/{path}?count=500", header)["resources"]
    ]
    return [item[key] for item in objects for key in ("id", "code") if key in item]


def check_names(exceptions, document):
    paths = document["paths"].values()
    known = {operation["operationId"] for path in paths for operation in path.values()}
    for entry in sum(exceptions.values(), []):
        unknown = set(entry["operations"]) - known
        if unknown:
            sys.exit(f"exceptions.json names operations that do not exist: {unknown}")


def settings(exceptions, arguments):
    """Returns the configuration of Schemathesis."""
    changed = {}
    for entry in exceptions["checks"]:
        for operation in entry["operations"]:
            line = f"checks.{entry['check']}.enabled = false"
            changed.setdefault(operation, []).append(line)
    for entry in exceptions["methods"]:
        others = [method for method in METHODS if method != entry["method"]]
        for operation in entry["operations"]:
            line = f"phases.coverage.unexpected-methods = {json.dumps(others)}"
            changed.setdefault(operation, []).append(line)
    lines = [
        f"seed = {arguments.seed}",
        f"hooks = {json.dumps(str(HERE / 'hooks.py'))}",
        "warnings = false",
        # The document has the links.
        "[phases.stateful]",
        "inference.algorithms = []",
        "[generation]",
        f"max-examples = {arguments.examples}",
        'database = "none"',
        "no-shrink = true",
    ]
    for operation, settings in sorted(changed.items()):
        lines += ["[[operations]]", f"include-operation-id = {json.dumps(operation)}", *settings]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
