"""A user's permissions and roles."""

from harness import NOBODY, refused, same


def rights(run, _state):
    service = run.sdk.user_service
    user = run.user.id
    case = run.cases("user_service")

    with case("get_custom_permissions"):
        same(service.get_custom_permissions(user), [])

    with case("update_custom_permissions"):
        added = service.update_custom_permissions(user, add=["ACCOUNT_VIEW", "ACCOUNT_MODIFY"])
        same(sorted(added), ["ACCOUNT_MODIFY", "ACCOUNT_VIEW"])
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
