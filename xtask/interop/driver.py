"""Drives every method of the vendor's unmodified services against a sandbox.

Each case asserts the values that a call returns. Methods that cannot work in the
vendor's SDK are asserted to fail as they are known to. At the end the state that
this SDK saw is written down, for another SDK to compare with.
"""

import argparse
import contextlib
import inspect
import json
import os
import random
import re
import sys
import traceback

# Nothing of the machine may reach the calls: no proxy, no .netrc credentials.
os.environ["NO_PROXY"] = "*"
os.environ["NETRC"] = os.devnull

import requests

from trivoreid.client import TrivoreID
from trivoreid.exceptions import TrivoreIDException, TrivoreIDSDKException
from trivoreid.models.email import EmailAddress
from trivoreid.models.enterprise import Enterprise
from trivoreid.models.groups import Group
from trivoreid.models.invite import Invite
from trivoreid.models.namespace import Namespace, UsernamePolicy
from trivoreid.models.user import (
    Address,
    Mobile,
    NamespaceMigrationOptions,
    StudentState,
    StudentStatus,
    User,
)
from trivoreid.oidc.oidc_client import OidcClient
from trivoreid.utils.criteria import Filter
from trivoreid.utils.service_utils import get_properties

SERVICES = ["namespace_service", "group_service", "user_service", "profile_service"]
NOBODY = "0" * 24
PASSWORD = "Pq7-vLm2.Zt9w"
NEW_PASSWORD = "Rk4_xTb8.Wn3y"


class Run:
    """All cases in one mode of authorization; `finish` tells what no case has driven."""

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
            place = traceback.extract_tb(error.__traceback__)[-1]
            lines = [f.lineno for f in traceback.extract_tb(error.__traceback__)
                     if f.filename == __file__]
            result = f"FAILED at line {lines[-1] if lines else place.lineno}: " \
                     f"{type(error).__name__}: {error}"
        self.report(f"{method} {note}".strip(), result)

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
                    self.report(method, "FAILED: no case drives it")

    # What the vendor's SDK has no method for: plain requests with the same credentials.

    def request(self, method, path, **arguments):
        users = self.sdk.user_service
        response = requests.request(method, f"{self.server}/api/rest/v1/{path}",
                                    headers=users._header, auth=users._auth, **arguments)
        response.raise_for_status()
        return response.json()

    def last_message(self, recipient):
        """Reads the newest e-mail or text to a recipient from the sandbox's outbox."""
        response = requests.get(f"{self.server}/sandbox/outbox")
        response.raise_for_status()
        messages = [m for m in response.json() if m.get("to") == recipient]
        assert messages, f"nothing was sent to {recipient}"
        return messages[-1]

    def follow_link(self, recipient):
        link = self.last_message(recipient)["link"]
        response = requests.get(link, allow_redirects=False)
        assert response.status_code < 400, f"{link} answered {response.status_code}"


def same(actual, expected):
    assert actual == expected, f"{actual!r} is not {expected!r}"


def refused(status, call, *arguments):
    """Expects the service to refuse a call with one of the given statuses."""
    statuses = status if isinstance(status, tuple) else (status,)
    try:
        call(*arguments)
    except TrivoreIDException as error:
        assert error.resporse_code in statuses, f"{error.resporse_code}: {error}"
        assert "Unknown error message" not in str(error), f"no errorMessage: {error}"
        return
    raise AssertionError("the call was not refused")


def broken(attribute, call, *arguments):
    """Expects the vendor's own mistake: an attribute that does not exist."""
    try:
        call(*arguments)
    except AttributeError as error:
        assert attribute in str(error), str(error)
        return
    raise AssertionError("the call is known to be broken, but it worked")


def namespaces(run, state):
    service = run.sdk.namespace_service
    code = f"iop{run.mode}"
    case = lambda name, note="": run.case(f"namespace_service.{name}", note)

    with case("create"):
        created = service.create(Namespace({"code": code, "name": "Interop",
                                            "shortName": "IOP"}))
        same(created.code, code)
        same(created.name, "Interop")
        same(created.shortName, "IOP")
        same(created.usernamePolicy, UsernamePolicy.EIGHT_NUMBERS)
        same(created.commMethodMaxQty, 2)
        same(created.duplicateNicknamesAllowed, False)
        assert created.validFrom, "validFrom is set by the service"
        assert re.fullmatch("[0-9a-f]{24}", created.id), created.id
        run.namespace = created

    with case("create", "(a second one)"):
        run.target = service.create(Namespace({
            "code": f"{code}2", "name": "Target", "usernamePolicy": UsernamePolicy.MANUAL}))
        same(run.target.usernamePolicy, UsernamePolicy.MANUAL)

    with case("create", "(the same code)"):
        refused((400, 409), service.create, Namespace({"code": code, "name": "Again"}))

    with case("get", "(by id)"):
        same(service.get(run.namespace.id).serialize(), run.namespace.serialize())

    with case("get", "(by code)"):
        same(service.get(code).id, run.namespace.id)

    with case("get", "(missing)"):
        refused(404, service.get, NOBODY)

    with case("get_all"):
        page = service.get_all()
        codes = [n.code for n in page.resources]
        assert {code, f"{code}2"} <= set(codes), codes
        same(page.totalResults, len(codes))

    with case("get_all", "(filter)"):
        page = service.get_all(Filter(Filter.EQUAL, "code", code))
        same([n.id for n in page.resources], [run.namespace.id])
        same(page.totalResults, 1)

    with case("get_all", "(page, accessible ones)"):
        page = service.get_all(start_index=1, count=1, all_namespaces=False)
        same((len(page.resources), page.startIndex, page.itemsPerPage), (1, 1, 1))

    with case("update"):
        run.namespace.name = "Interop, renamed"
        run.namespace.smsSettings.defaultRegion = "FI"
        run.namespace = service.update(run.namespace)
        same(run.namespace.name, "Interop, renamed")
        same(run.namespace.smsSettings.defaultRegion, "FI")
        same(service.get(code).name, "Interop, renamed")

    with case("update", "(by code)"):
        by_code = service.get(f"{code}2")
        by_code.id = None
        by_code.name = "Target, renamed"
        same(service.update(by_code).name, "Target, renamed")

    with case("check_namespace_for_groups", "(broken)"):
        broken("check_group_name", service.check_namespace_for_groups, code, ["staff"])

    with case("check_namespace_for_groups", "(no such namespace)"):
        try:
            service.check_namespace_for_groups("nosuchcode", "staff")
        except TrivoreIDException as error:
            assert "There is no namespace" in str(error), error
        else:
            raise AssertionError("an unknown namespace was accepted")

    with case("delete"):
        gone = service.create(Namespace({"code": f"{code}3", "name": "Gone"}))
        same(service.delete(gone.id), None)
        refused(404, service.get, gone.id)

    with case("delete", "(missing)"):
        refused(404, service.delete, NOBODY)


def groups(run, state):
    service = run.sdk.group_service
    code = f"iop{run.mode}"
    case = lambda name, note="": run.case(f"group_service.{name}", note)

    with case("create"):
        run.group = service.create(Group({"name": "staff", "description": "People",
                                          "nsCode": code, "disallowContacts": True}))
        same(run.group.name, "staff")
        same(run.group.description, "People")
        same(run.group.nsCode, code)
        same(run.group.disallowContacts, True)
        same(run.group.memberOf or [], [])
        assert run.group.meta.created, "meta.created is set by the service"

    with case("create", "(below another)"):
        run.child = service.create(Group({"name": "admins", "nsCode": code,
                                          "memberOf": [run.group.id]}))
        same(run.child.memberOf, [run.group.id])

    with case("get"):
        same(service.get(run.group.id).serialize(), run.group.serialize())

    with case("get", "(missing)"):
        refused(404, service.get, NOBODY)

    with case("get_all"):
        ids = [g.id for g in service.get_all().resources]
        assert {run.group.id, run.child.id} <= set(ids), ids

    with case("get_all", "(filter and page)"):
        in_namespace = Filter(Filter.EQUAL, "nsCode", code)
        page = service.get_all(in_namespace)
        same({g.name for g in page.resources}, {"staff", "admins"})
        page = service.get_all(Filter().and_filters(in_namespace,
                                                    Filter(Filter.EQUAL, "name", "staff")), 0, 1)
        same([g.id for g in page.resources], [run.group.id])
        same((page.totalResults, page.startIndex, page.itemsPerPage), (1, 0, 1))

    with case("update"):
        run.group.description = "All people"
        run.group = service.update(run.group)
        same(run.group.description, "All people")
        same(service.get(run.group.id).description, "All people")

    with case("update", "(by id)"):
        run.child = service.update(Group({"name": "leads", "nsCode": code,
                                          "memberOf": [run.group.id]}), run.child.id)
        same(run.child.name, "leads")

    with case("get_nested_groups"):
        same([g.id for g in service.get_nested_groups(run.group.id)], [run.child.id])
        same(service.get_nested_groups(run.child.id), [])

    with case("delete"):
        gone = service.create(Group({"name": "gone", "nsCode": code}))
        same(service.delete(gone.id), None)
        refused(404, service.get, gone.id)

    with case("delete", "(missing)"):
        refused(404, service.delete, NOBODY)


def filled_in(user):
    """Gives a user a value for everything that the vendor's SDK can write."""
    user.name.givenName = "Aino"
    user.name.middleName = "Maria"
    user.name.familyName = "Öster"
    user.emails = [
        EmailAddress({"address": f"aino.{user.nsCode}@example.com", "name": "work",
                      "tags": ["b", "a"]}),
        EmailAddress({"address": f"aino2.{user.nsCode}@example.com"}),
    ]
    user.mobiles = [Mobile({"number": "+358401234567", "name": "own", "tags": ["x"]})]
    user.addresses = [Address({
        "addressName": "home", "name": "Aino Öster", "country": "FI", "locality": "Turku",
        "region": "Southwest", "postalCode": "20750", "streetAddress": "Street 5 C",
        "type": "PERMANENT", "organisation": "none", "language": "fi"})]
    user.consents.marketingEmail = True
    user.consents.profiling = True
    user.memberOf = ["staff", f"new {user.nsCode}"]
    user.locale = "fi"
    user.preferredLanguage = "fi"
    user.timeZone = "Europe/Helsinki"
    user.mfaMethod = "NONE"
    user.nickName = f"aino {user.nsCode}"
    user.minor = True
    user.websiteMain = "https://www.example.com"
    user.websiteAux = "https://aux.example.com"
    user.domicileCode = "853"
    user.domicileClasses = ["a"]
    user.dateOfBirth = "2001-02-03"
    user.customerGroupInfo.student = True
    user.customerGroupInfo.studentIdentifier = "S-1"
    user.gender = "woman"
    user.sex = "FEMALE"
    user.nationality = "FI"
    user.salutation = "Ms."
    user.title = "Dr."
    user.birthFirstName = "Aino"
    user.birthMiddleName = "M"
    user.birthLastName = "Berg"
    user.placeOfBirth.country = "FI"
    user.placeOfBirth.locality = "Turku"
    user.placeOfBirth.region = "Southwest"
    user.tags = ["My_TAG"]
    return user


# Fields that the service decides: it resolves groups, lowers tags, and dates changes.
DECIDED = ["id", "username", "userAccountType", "memberOf", "tags", "meta",
           "strongIdentification", "customerGroupInfo"]


def accounts(run, state):
    service = run.sdk.user_service
    code = f"iop{run.mode}"
    case = lambda name, note="": run.case(f"user_service.{name}", note)

    with case("create"):
        draft = User({"nsCode": code, "emails": [f"first.{code}@example.com"],
                      "memberOf": ["staff"]})
        run.user = service.create(draft, password=PASSWORD)
        assert re.fullmatch("[0-9a-f]{24}", run.user.id), run.user.id
        assert re.fullmatch("[0-9]{8}", run.user.username), run.user.username
        same(run.user.nsCode, code)
        same(run.user.userAccountType, "PERSON")
        same([e.address for e in run.user.emails], [f"first.{code}@example.com"])
        same([e.verified for e in run.user.emails], [False])
        same(run.user.memberOf, [run.group.id])
        same(run.user.locked, False)
        same(run.user.password, None)
        assert run.user.meta.created, "meta.created is set by the service"

    with case("create", "(generated password)"):
        # The SDK draws letters and digits at random: a seed makes all classes appear.
        random.seed(7)
        draft = User({"nsCode": code})
        run.other = service.create(draft)
        same(len(draft.password), 15)
        assert run.other.username != run.user.username

    with case("create", "(a list, broken)"):
        broken("password", service.create, [User({"nsCode": code})])

    with case("create", "(wrong type)"):
        try:
            service.create({"nsCode": code})
        except TrivoreIDSDKException:
            pass
        else:
            raise AssertionError("a dict was accepted")

    with case("create", "(no such namespace)"):
        refused((400, 403, 404), service.create, User({"nsCode": "nosuchcode"}))

    with case("get"):
        same(service.get(run.user.id).serialize(), run.user.serialize())

    with case("get", "(missing)"):
        refused(404, service.get, NOBODY)

    with case("update"):
        wanted = filled_in(service.get(run.user.id))
        updated = service.update(wanted)
        sent, got = wanted.serialize(), updated.serialize()
        for key in sent:
            if key not in DECIDED:
                same((key, got[key]), (key, sent[key]))
        same(updated.id, run.user.id)
        same(updated.username, run.user.username)
        same(updated.tags, ["my_tag"])
        same(len(updated.memberOf), 2)
        assert run.group.id in updated.memberOf, updated.memberOf
        same(updated.customerGroupInfo.studentIdentifier, "S-1")
        same(service.get(run.user.id).serialize(), got)
        run.user = updated

    with case("update", "(unknown group was created)"):
        page = run.sdk.group_service.get_all(Filter(Filter.EQUAL, "name", f"new {code}"))
        same([g.id in run.user.memberOf for g in page.resources], [True])

    with case("update", "(by id)"):
        other = service.get(run.other.id)
        other.nickName = f"other {code}"
        other.locked = True
        updated = service.update(other, run.other.id)
        same((updated.nickName, updated.locked), (f"other {code}", True))

    with case("update", "(missing)"):
        refused(404, service.update, User({"nsCode": code}), NOBODY)


def lists(run, state):
    service = run.sdk.user_service
    code = f"iop{run.mode}"
    case = lambda note: run.case("user_service.get_all", note)
    here = Filter(Filter.EQUAL, "nsCode", code)
    both = lambda f: Filter().and_filters(here, f)
    ids = lambda f: {u.id for u in service.get_all(f).resources}

    with case("(no filter)"):
        page = service.get_all()
        assert {run.user.id, run.other.id} <= {u.id for u in page.resources}
        same(page.totalResults, len(page.resources))

    with case("(eq)"):
        same(ids(here), {run.user.id, run.other.id})

    with case("(page)"):
        first = service.get_all(here, 0, 1)
        second = service.get_all(here, 1, 1)
        same((first.totalResults, first.startIndex, first.itemsPerPage), (2, 0, 1))
        same((second.totalResults, second.startIndex), (2, 1))
        same({first.resources[0].id, second.resources[0].id}, {run.user.id, run.other.id})
        same(service.get_all(here, 2, 1).resources, [])

    with case("(count over 500, or a bad filter)"):
        refused(400, service.get_all, Filter(Filter.EQUAL, "(", "x"))

    for note, expected, condition in [
        ("(and eq)", [run.user], Filter(Filter.EQUAL, "username", run.user.username)),
        ("(and ne)", [run.other], Filter(Filter.NOT_EQUAL, "username", run.user.username)),
        ("(and co, groups)", [run.user], Filter(Filter.CONTAINS, "memberOf", run.group.id)),
        ("(and eq, tags)", [run.user], Filter(Filter.EQUAL, "tags", "my_tag")),
        ("(and sw)", [run.user], Filter(Filter.STARTS_WITH, "nickName", "aino")),
        ("(and ew)", [run.user, run.other], Filter(Filter.ENDS_WITH, "nickName", code)),
        ("(and pr)", [run.user], Filter(Filter.PRESENT, "birthLastName")),
        ("(and bool)", [run.other], Filter(Filter.EQUAL, "locked", True)),
        ("(and gt)", [run.user, run.other],
         Filter(Filter.GREATER_THAN, "createdDate", "2017-10-20T07:17:17.606Z")),
        ("(and ge)", [], Filter(Filter.GREATER_OR_EQUAL_THAN, "createdDate",
                                "2999-01-01T00:00:00.000Z")),
        ("(and lt)", [], Filter(Filter.LESS_THAN, "lastModifiedDate",
                                "2017-10-20T07:17:17.606Z")),
        ("(and le)", [run.user, run.other], Filter(Filter.LESS_OR_EQUAL_THAN,
                                                   "lastModifiedDate",
                                                   "2999-01-01T00:00:00.000Z")),
        ("(or)", [run.user, run.other], Filter().or_filters(
            Filter(Filter.EQUAL, "id", run.user.id),
            Filter(Filter.EQUAL, "id", run.other.id))),
    ]:
        with case(note):
            same(ids(both(condition)), {user.id for user in expected})


def details(run, state):
    service = run.sdk.user_service
    user = run.user.id
    case = lambda name, note="": run.case(f"user_service.{name}", note)

    with case("get_legal_info"):
        legal = service.get_legal_info(user)
        same(legal.protectionOrder in (None, False), True)
        same(legal.addresses, [])

    with case("get_legal_info", "(missing)"):
        refused(404, service.get_legal_info, NOBODY)

    with case("get_enterprise"):
        same(service.get_enterprise(run.other.id).businessId, None)

    with case("update_enterprise"):
        enterprise = Enterprise({"businessId": "1234567-8", "tradeName": "Firm",
                                 "parallelTradeNames": ["F", "G"],
                                 "sales": {"phone": "+3581", "email": "s@example.com"}})
        updated = service.update_enterprise(user, enterprise)
        same((updated.businessId, updated.tradeName), ("1234567-8", "Firm"))
        same(updated.parallelTradeNames, ["F", "G"])
        same(updated.sales.email, "s@example.com")
        same(service.get_enterprise(user).serialize(), updated.serialize())

    with case("get_custom_fields", "(none)"):
        # Bytes are the vendor's mistake.
        same(service.get_custom_fields(user), b"{}")

    with case("update_custom_fields"):
        same(service.update_custom_fields(user, {"a": 1, "b": {"c": [True, None]}}), None)
        same(json.loads(service.get_custom_fields(user)), {"a": 1, "b": {"c": [True, None]}})

    with case("update_custom_fields", "(replaces some)"):
        service.update_custom_fields(user, {"b": "ö"})
        same(json.loads(service.get_custom_fields(user)), {"a": 1, "b": "ö"})

    with case("delete_custom_fields"):
        service.update_custom_fields(run.other.id, {"a": 1})
        same(service.delete_custom_fields(run.other.id), None)
        same(json.loads(service.get_custom_fields(run.other.id)), {})

    with case("get_strong_identification", "(never)"):
        before = service.get_strong_identification(run.other.id)
        same((before.identified or False, before.count or 0), (False, 0))

    with case("report_strong_identification"):
        reported = service.report_strong_identification(user, "010203A123X", "seen")
        same((reported.identified, reported.count), (True, 1))
        same(reported.remarks, "seen")
        same(reported.time, reported.firstTime)

    with case("get_strong_identification"):
        service.report_strong_identification(user, "010203A123X")
        latest = service.get_strong_identification(user)
        same((latest.identified, latest.count), (True, 2))
        same(service.get(user).strongIdentification.count, 2)

    with case("get_strong_identification_history", "(broken)"):
        broken("_auth_header", service.get_strong_identification_history, user)

    with case("get_strong_identification_history_entry", "(broken)"):
        broken("_STRONG_ID", service.get_strong_identification_history_entry, user, NOBODY)

    with case("get_student_state"):
        state = service.get_student_state(run.other.id)
        assert state.state in (None, StudentStatus.UNKNOWN, StudentStatus.NOT_STUDENT), state.state

    with case("update_student_state"):
        updated = service.update_student_state(user, StudentState({
            "state": StudentStatus.FULL_TIME, "studentFrom": "2020-01-01",
            "studentTo": "2030-01-01"}))
        same(updated.state, StudentStatus.FULL_TIME)
        same((updated.studentFrom, updated.studentTo), ("2020-01-01", "2030-01-01"))
        same(service.get_student_state(user).serialize(), updated.serialize())


def passwords(run, state):
    service = run.sdk.user_service
    user = run.user.id
    case = lambda name, note="": run.case(f"user_service.{name}", note)
    sign_in = lambda password: OidcClient(
        run.path, username=f"{run.user.username}@{run.user.nsCode}", password=password)

    with case("get_password_requirements"):
        requirements = service.get_password_requirements(user)
        assert isinstance(requirements.minLength, int), requirements.minLength
        assert requirements.minLength > 1, requirements.minLength
        same(requirements.usernameForbidden in (None, True, False), True)

    with case("change_password", "(against the rules)"):
        result = service.change_password(user, "a")
        same(result.success, False)
        assert result.validationErrors, "validation errors say why"
        assert result.validationErrors[0].message, "an error has a message"
        sign_in(PASSWORD).get_access_token()

    with case("change_password"):
        result = service.change_password(user, NEW_PASSWORD)
        same((result.success, result.validationErrors), (True, []))
        signed_in = sign_in(NEW_PASSWORD)
        signed_in.get_access_token()
        same(signed_in.user.id, user)

    with case("change_password", "(the old one is void)"):
        refused_sign_in = sign_in(PASSWORD)
        try:
            refused_sign_in.get_access_token()
        except TrivoreIDException as error:
            assert error.resporse_code in (400, 401), error.resporse_code
        else:
            raise AssertionError("the old password still works")


def verification(run, state):
    service = run.sdk.user_service
    user = run.user.id
    email = run.user.emails[0].address
    second = run.user.emails[1].address
    mobile = run.user.mobiles[0].number
    case = lambda name, note="": run.case(f"user_service.{name}", note)

    with case("verify_email"):
        same(service.verify_email(user), None)
        run.follow_link(email)
        got = service.get(user).emails
        same([e.verified for e in got], [True, False])
        assert got[0].verifiedDateTime, "verifiedDateTime is set by the service"

    with case("verify_email", "(all arguments)"):
        service.verify_email(user, second, "https://www.example.com/back", 2)
        same(run.last_message(second)["to"], second)
        same(service.get(user).emails[1].verified, False)

    with case("verify_sms_code"):
        same(service.verify_sms_code(user), None)
        assert re.fullmatch("[0-9]+", run.last_message(mobile)["code"])

    with case("verify_sms_code_check", "(wrong)"):
        code = run.last_message(mobile)["code"]
        wrong = "0" * len(code) if set(code) != {"0"} else "1" * len(code)
        same(service.verify_sms_code_check(user, wrong), False)
        same(service.get(user).mobiles[0].verified, False)

    with case("verify_sms_code_check"):
        service.verify_sms_code(user, mobile)
        code = run.last_message(mobile)["code"]
        same(service.verify_sms_code_check(user, code), True)
        same(service.get(user).mobiles[0].verified, True)

    with case("verify_sms_code_check", "(used up)"):
        same(service.verify_sms_code_check(user, code), False)

    with case("verify_sms_link"):
        number = "+358409999999"
        other = service.get(run.other.id)
        other.mobiles = [Mobile(number)]
        service.update(other)
        same(service.verify_sms_link(run.other.id, number, "https://www.example.com/back", 2),
             None)
        run.follow_link(number)
        same([m.verified for m in service.get(run.other.id).mobiles], [True])

    with case("invite"):
        invited = [f"new1.{run.mode}@example.com", f"new2.{run.mode}@example.com"]
        same(service.invite(Invite(invited, run.user.nsCode, "staff", "Welcome", "Hello", "en")),
             None)
        for address in invited:
            same(run.last_message(address)["subject"], "Welcome")


def rights(run, state):
    service = run.sdk.user_service
    user = run.user.id
    case = lambda name, note="": run.case(f"user_service.{name}", note)

    with case("get_custom_permissions"):
        same(service.get_custom_permissions(user), [])

    with case("update_custom_permissions"):
        same(service.update_custom_permissions(user, add=["ACCOUNT_VIEW", "ACCOUNT_MODIFY"]),
             ["ACCOUNT_VIEW", "ACCOUNT_MODIFY"])
        same(service.update_custom_permissions(user, remove=["ACCOUNT_MODIFY"]), ["ACCOUNT_VIEW"])
        same(service.get_custom_permissions(user), ["ACCOUNT_VIEW"])

    with case("get_effective_permissions"):
        effective = service.get_effective_permissions(user)
        assert "ACCOUNT_VIEW" in effective, effective

    with case("get_builtin_roles"):
        same(service.get_builtin_roles(user), [])

    with case("update_builtin_roles"):
        role = run.request("GET", "role/builtin")[0]["id"]
        same(service.update_builtin_roles(user, add=[role]), [role])
        same(service.get_builtin_roles(user), [role])

    with case("get_custom_roles"):
        same(service.get_custom_roles(user), [])

    with case("update_custom_roles"):
        new = {"name": f"role {run.mode}", "nsCode": run.user.nsCode,
               "permissions": ["ACCOUNT_VIEW"]}
        role = run.request("POST", "role/custom", json=new)["id"]
        same(service.update_custom_roles(user, add=[role]), [role])
        same(service.get_custom_roles(user), [role])
        same(service.update_custom_roles(user, remove=[role]), [])
        same(service.update_custom_roles(user, add=[role]), [role])

    with case("update_custom_roles", "(no such role)"):
        refused((400, 404), service.update_custom_roles, user, [NOBODY])


def moves(run, state):
    service = run.sdk.user_service
    code = f"iop{run.mode}"
    case = lambda name, note="": run.case(f"user_service.{name}", note)

    with case("migrate_namespace"):
        draft = User({"nsCode": code, "memberOf": ["staff"],
                      "emails": [f"mover.{code}@example.com"]})
        draft.name.familyName = "Mover"
        mover = service.create(draft, password=PASSWORD)
        moved = service.migrate_namespace(mover.id, NamespaceMigrationOptions({
            "targetNsCode": f"{code}2", "keepGroups": True, "username": f"mover.{run.mode}"}))
        same((moved.id, moved.nsCode), (mover.id, f"{code}2"))
        same(moved.username, f"mover.{run.mode}")
        same(moved.name.familyName, "Mover")
        same([e.address for e in moved.emails], [f"mover.{code}@example.com"])
        same(len(moved.memberOf), 1)
        assert moved.memberOf != [run.group.id], "groups belong to one namespace"
        same(service.get(mover.id).serialize(), moved.serialize())
        run.moved = moved

    with case("migrate_namespace", "(a new id, little kept)"):
        mover = service.create(User({"nsCode": code, "emails": [f"m2.{code}@example.com"]}),
                               password=PASSWORD)
        moved = service.migrate_namespace(mover.id, NamespaceMigrationOptions({
            "targetNsCode": f"{code}2", "keepUserId": False, "keepEmails": False,
            "username": f"second.{run.mode}", "userPassword": NEW_PASSWORD}))
        assert moved.id != mover.id, "a new id was asked for"
        same(moved.emails, [])
        refused(404, service.get, mover.id)
        state["deleted_users"].append(mover.id)

    with case("migrate_namespace", "(no such target)"):
        refused((400, 403, 404), service.migrate_namespace, run.user.id,
                NamespaceMigrationOptions({"targetNsCode": "nosuchcode"}))

    with case("delete"):
        gone = service.create(User({"nsCode": code}), password=PASSWORD)
        same(service.delete(gone.id), None)
        refused(404, service.get, gone.id)
        state["deleted_users"].append(gone.id)

    with case("delete", "(missing)"):
        refused(404, service.delete, NOBODY)


def profiles(run, state):
    service = run.sdk.profile_service
    case = lambda name, note="": run.case(f"profile_service.{name}", note)

    if run.mode == "basic":
        # The service keeps profiles from API clients.
        with case("get", "(refused)"):
            refused((401, 403), service.get, run.user.id)
        with case("get", "(nobody is signed in)"):
            broken("id", service.get)
        with case("update", "(refused)"):
            profile = profile_of({"nickName": "x"})
            refused((401, 403), service.update, profile, run.user.id)
        return

    with case("get"):
        profile = service.get()
        user = run.sdk.user_service.get(run.sdk.oidc_user.id)
        same(profile.name.serialize(), user.name.serialize())
        same([e.address for e in profile.emails], [e.address for e in user.emails])
        same(profile.nickName, user.nickName)

    with case("update"):
        profile = service.get()
        profile.nickName = "interop"
        profile.name.givenName = "Signed"
        profile.name.familyName = "In"
        profile.consents.profiling = True
        updated = service.update(profile)
        same(updated.nickName, "interop")
        same(updated.name.givenName, "Signed")
        same(updated.consents.profiling, True)
        user = run.sdk.user_service.get(run.sdk.oidc_user.id)
        same((user.nickName, user.name.familyName), ("interop", "In"))
        state["user_ids"].append(user.id)

    with case("update", "(by id)"):
        profile = service.get(run.sdk.oidc_user.id)
        profile.timeZone = "Europe/Helsinki"
        same(service.update(profile, run.sdk.oidc_user.id).timeZone, "Europe/Helsinki")


def profile_of(data):
    from trivoreid.models.profile import Profile
    return Profile(data)


def credentials(run, state):
    with run.case("user_service.get_all", "(wrong credentials)"):
        if run.mode == "basic":
            stranger = TrivoreID(run.path, client_id="nobody", client_secret="wrong")
        else:
            stranger = TrivoreID(run.path, access_token="wrong")
        refused(401, stranger.user_service.get_all)


def remember(run, state):
    """Writes down what this SDK sees now."""
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


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--properties", required=True)
    arguments.add_argument("--state", required=True)
    options = arguments.parse_args()

    state = {key: {} for key in ["users", "groups", "namespaces", "custom_fields", "enterprises",
                                 "student_states", "custom_permissions", "builtin_roles",
                                 "custom_roles"]}
    state["deleted_users"] = []

    passed = failed = 0
    for mode in ["basic", "token"]:
        state["user_ids"] = []
        if mode == "basic":
            sdk = TrivoreID(options.properties)
        else:
            token = OidcClient(options.properties).get_access_token()
            sdk = TrivoreID(options.properties, access_token=token)
        run = Run(mode, sdk, options.properties)
        for part in [namespaces, groups, accounts, lists, details, passwords, verification,
                     rights, moves, profiles, credentials]:
            try:
                part(run, state)
            except Exception as error:
                run.report(part.__name__, f"FAILED: {type(error).__name__}: {error}")
        run.finish()
        remember(run, state)
        passed += run.passed
        failed += run.failed
    del state["user_ids"]

    with open(options.state, "w", encoding="utf-8") as file:
        json.dump(state, file, indent=1, ensure_ascii=False)
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
