"""Test cases and assertions."""

import contextlib
import inspect
import os
import traceback

import requests

from trivoreid.exceptions import TrivoreIDException
from trivoreid.utils.service_utils import get_properties

NOBODY = "0" * 24
PASSWORD = "Pq7-vLm2.Zt9w"
NEW_PASSWORD = "Rk4_xTb8.Wn3y"
SERVICES = ["namespace_service", "group_service", "user_service", "profile_service"]


class Run:
    """All cases in one authorization mode; `finish` reports methods that no case called."""

    def __init__(self, mode, sdk, properties_path):
        self.mode = mode
        self.sdk = sdk
        self.path = properties_path
        self.server = get_properties(properties_path)["service.address"].rstrip("/")
        self.driven = set()
        self.passed = 0
        self.failed = 0

    @contextlib.contextmanager
    def case(self, method, note=""):
        self.driven.add(method)
        result = "ok"
        try:
            yield
        except Exception as error:
            result = f"FAILED in {place(error)}: {type(error).__name__}: {error}"
        self.report(f"{method} {note}".strip(), result)

    def cases(self, service):
        return lambda method, note="": self.case(f"{service}.{method}", note)

    def report(self, name, result):
        if result == "ok":
            self.passed += 1
        else:
            self.failed += 1
        print(f"{name:<66} {self.mode:<6} {result}", flush=True)

    def finish(self):
        for service in SERVICES:
            methods = inspect.getmembers(getattr(self.sdk, service), inspect.ismethod)
            for name, _ in methods:
                method = f"{service}.{name}"
                if not name.startswith("_") and method not in self.driven:
                    self.report(method, "FAILED: no case calls it")

    # Plain requests with the same credentials, where the vendor's SDK has no method.

    def request(self, method, path, **arguments):
        users = self.sdk.user_service
        response = requests.request(method, f"{self.server}/api/rest/v1/{path}",
                                    headers=users._header, auth=users._auth, **arguments)
        response.raise_for_status()
        return response.json()

    def last_message(self, recipient):
        """Reads the newest e-mail or text message to a recipient from the sandbox's outbox."""
        response = requests.get(f"{self.server}/sandbox/outbox")
        response.raise_for_status()
        messages = [m for m in response.json() if m.get("to") == recipient]
        assert messages, f"nothing was sent to {recipient}"
        return messages[-1]

    def follow_link(self, recipient):
        link = self.last_message(recipient)["link"]
        response = requests.get(link, allow_redirects=False)
        assert response.status_code < 400, f"{link} returned {response.status_code}"


def place(error):
    """Returns the file and line of the case that raised an exception."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if os.path.dirname(f.filename) == os.path.dirname(__file__)]
    lines = [f for f in ours if f.filename != __file__] or ours or frames
    return f"{os.path.basename(lines[-1].filename)}:{lines[-1].lineno}"


def same(actual, expected):
    assert actual == expected, f"got {actual!r}, expected {expected!r}"


def refused(status, call, *arguments):
    """Expects the service to reject a call with one of the given statuses."""
    statuses = status if isinstance(status, tuple) else (status,)
    try:
        call(*arguments)
    except TrivoreIDException as error:
        assert error.resporse_code in statuses, f"{error.resporse_code}: {error}"
        assert "Unknown error message" not in str(error), f"no errorMessage: {error}"
        return
    raise AssertionError("the call was not rejected")


def broken(attribute, call, *arguments):
    """Expects a known bug of the vendor's SDK: access to an attribute that does not exist."""
    try:
        call(*arguments)
    except AttributeError as error:
        assert attribute in str(error), str(error)
        return
    raise AssertionError("the call succeeded, but it is known to be broken")
