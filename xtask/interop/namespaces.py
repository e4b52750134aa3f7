"""Every method of the vendor's namespace service."""

import re

from harness import NOBODY, broken, refused, same
from trivoreid.exceptions import TrivoreIDException
from trivoreid.models.namespace import Namespace, UsernamePolicy
from trivoreid.utils.criteria import Filter


def namespaces(run, _state):
    service = run.sdk.namespace_service
    code = f"iop{run.mode}"
    case = run.cases("namespace_service")

    with case("create"):
        created = service.create(Namespace({"code": code, "name": "Interop",
                                            "shortName": "IOP"}))
        same(created.code, code)
        same(created.name, "Interop")
        same(created.shortName, "IOP")
        same(created.usernamePolicy, UsernamePolicy.EIGHT_NUMBERS)
        same(created.commMethodMaxQty, 2)
        same(created.duplicateNicknamesAllowed, False)
        assert created.validFrom, "the service did not set validFrom"
        assert re.fullmatch("[0-9a-f]{24}", created.id), created.id
        run.namespace = created

    with case("create", "(second namespace)"):
        run.target = service.create(Namespace({
            "code": f"{code}2", "name": "Target", "usernamePolicy": UsernamePolicy.MANUAL}))
        same(run.target.usernamePolicy, UsernamePolicy.MANUAL)

    with case("create", "(duplicate code)"):
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
