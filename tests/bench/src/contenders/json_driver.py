"""Decodes and encodes users in memory, a number of times for each line of input.

The first line of input is an array of documents, pages or users. Each further line is a
command; the script prints the time that it took, in seconds.
"""

import json
import sys
from time import perf_counter
from types import SimpleNamespace

from trivoreid.models.page import Page
from trivoreid.models.user import User


class Dictionaries:
    """Plain dictionaries, as `json` returns them."""

    decode = staticmethod(json.loads)
    encode = staticmethod(json.dumps)


class Attributes:
    """Objects with fields as attributes."""

    @staticmethod
    def decode(text):
        return json.loads(text, object_hook=lambda fields: SimpleNamespace(**fields))

    @staticmethod
    def encode(users):
        return json.dumps(users, default=vars)


class Vendor:
    """The classes of the vendor's SDK, as its user service uses them."""

    @staticmethod
    def decode(text):
        data = json.loads(text)
        if "resources" in data:
            return Page(data, [User(user) for user in data.pop("resources")])
        return User(data)

    @staticmethod
    def encode(users):
        if isinstance(users, Page):
            return json.dumps([user.serialize() for user in users.resources])
        return json.dumps(users.serialize())


MODELS = {"dict": Dictionaries, "SimpleNamespace": Attributes, "trivoreid": Vendor}


def seconds(order, documents):
    """Repeats the work of a command and returns the time."""
    model, text = MODELS[order["model"]], documents[order["document"]]
    work, subject = model.decode, text
    if order["writes"]:
        work, subject = model.encode, model.decode(text)

    start = perf_counter()
    for _ in range(order["times"]):
        work(subject)
    return perf_counter() - start


def main():
    documents = json.loads(sys.stdin.readline())
    for line in sys.stdin:
        print(seconds(json.loads(line), documents), flush=True)


main()
