"""User accounts: create, read, list, update, migrate, delete."""

import random
import re

from harness import NEW_PASSWORD, NOBODY, PASSWORD, broken, refused, same
from trivoreid.exceptions import TrivoreIDSDKException
from trivoreid.models.email import EmailAddress
from trivoreid.models.user import Address, Mobile, NamespaceMigrationOptions, User
from trivoreid.utils.criteria import Filter


def filled_in(user):
    """Sets every field of a user that the vendor's SDK can write."""
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


# Fields that the service changes: it resolves groups, lowercases tags, and sets timestamps.
DECIDED = ["memberOf", "tags", "meta"]


def accounts(run, _state):
    service = run.sdk.user_service
    code = f"iop{run.mode}"
    case = run.cases("user_service")

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
        assert run.user.meta.created, "the service did not set meta.created"

    with case("create", "(generated password)"):
        # The SDK picks random letters and digits; with this seed, all character classes occur.
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
        run.user = updated = service.update(wanted)
        sent, got = wanted.serialize(), updated.serialize()
        for key in sent:
            if key not in DECIDED:
                same((key, got[key]), (key, sent[key]))
        same(updated.id, run.user.id)
        same(updated.username, run.user.username)
        same(updated.tags, ["my_tag"])
        same(len(updated.memberOf), 2)
        assert run.group.id in updated.memberOf, updated.memberOf
        same(service.get(run.user.id).serialize(), got)

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


def lists(run, _state):
    service = run.sdk.user_service
    code = f"iop{run.mode}"
    here = Filter(Filter.EQUAL, "nsCode", code)

    def case(note):
        return run.case("user_service.get_all", note)

    def ids(condition):
        return {user.id for user in service.get_all(condition).resources}

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

    with case("(bad filter)"):
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
            same(ids(Filter().and_filters(here, condition)), {user.id for user in expected})


def moves(run, state):
    service = run.sdk.user_service
    code = f"iop{run.mode}"
    case = run.cases("user_service")

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
        assert moved.memberOf != [run.group.id], "the user kept a group of the old namespace"
        same(service.get(mover.id).serialize(), moved.serialize())
        run.moved = moved

    with case("migrate_namespace", "(a new id, little kept)"):
        mover = service.create(User({"nsCode": code, "emails": [f"m2.{code}@example.com"]}),
                               password=PASSWORD)
        moved = service.migrate_namespace(mover.id, NamespaceMigrationOptions({
            "targetNsCode": f"{code}2", "keepUserId": False, "keepEmails": False,
            "username": f"second.{run.mode}", "userPassword": NEW_PASSWORD}))
        assert moved.id != mover.id, "the user kept its id"
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
