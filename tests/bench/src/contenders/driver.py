"""Reads users with Python libraries, a number of calls for each line of input.

The first line of input is the certificate to trust. Each further line is a command; the
script prints the time that its calls took, in seconds.
"""

import itertools
import json
import os
import ssl
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

import requests
from trivoreid.client import TrivoreID

CREDENTIALS = ("client", "secret")


class Sdk:
    """The vendor's SDK, which opens a connection for each call."""

    def __init__(self, address, user):
        self.users = TrivoreID(
            path=os.devnull, server=address, client_id=CREDENTIALS[0], client_secret=CREDENTIALS[1]
        ).user_service
        self.user = user

    def get(self):
        return self.users.get(self.user)

    def page(self, count):
        return self.users.get_all(count=count)


class Session:
    """A requests session per thread, with plain dictionaries."""

    def __init__(self, address, user):
        self.list_address = address + "/api/rest/v1/user"
        self.user_address = f"{self.list_address}/{user}"
        self.local = threading.local()

    def session(self):
        if not hasattr(self.local, "session"):
            self.local.session = requests.Session()
            self.local.session.auth = CREDENTIALS
            self.local.session.headers["Accept"] = "application/json"
        return self.local.session

    def get(self):
        return self.read(self.session().get(self.user_address))

    def page(self, count):
        place = {"startIndex": 0, "count": count}
        return self.read(self.session().get(self.list_address, params=place))

    def read(self, response):
        response.raise_for_status()
        return response.json()


LIBRARIES = {"trivoreid": Sdk, "requests": Session}


def seconds(order, clients, pools):
    """Makes the calls of a command from the given number of threads."""
    key = (order["library"], order["address"])
    if key not in clients:
        clients[key] = LIBRARIES[order["library"]](order["address"], order["user"])
    client, count, calls = clients[key], order["count"], order["calls"]
    taken = itertools.count()

    def work():
        while next(taken) < calls:
            client.page(count) if count else client.get()

    threads = order["threads"]
    if threads == 1:
        start = perf_counter()
        work()
        return perf_counter() - start
    if threads not in pools:
        pools[threads] = ThreadPoolExecutor(threads)
    start = perf_counter()
    for future in [pools[threads].submit(work) for _ in range(threads)]:
        future.result()
    return perf_counter() - start


def main():
    clients, pools = {}, {}
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as certificate:
        certificate.write(ssl.DER_cert_to_PEM_cert(bytes(json.loads(sys.stdin.readline()))))
        certificate.flush()
        os.environ["REQUESTS_CA_BUNDLE"] = certificate.name
        for line in sys.stdin:
            print(seconds(json.loads(line), clients, pools), flush=True)


main()
