"""Every method of the vendor's group service."""

from harness import NOBODY, refused, same
from trivoreid.models.groups import Group
from trivoreid.utils.criteria import Filter


def groups(run, _state):
    service = run.sdk.group_service
    code = f"iop{run.mode}"
    case = run.cases("group_service")

    with case("create"):
        run.group = service.create(Group({"name": "staff", "description": "People",
                                          "nsCode": code, "disallowContacts": True}))
        same(run.group.name, "staff")
        same(run.group.description, "People")
        same(run.group.nsCode, code)
        same(run.group.disallowContacts, True)
        same(run.group.memberOf or [], [])
        assert run.group.meta.created, "the service did not set meta.created"

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
