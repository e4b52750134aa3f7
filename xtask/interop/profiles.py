"""Every method of the vendor's profile service, which only signed-in users may call."""

from harness import broken, refused, same
from trivoreid.models.profile import Profile


def profiles(run, state):
    service = run.sdk.profile_service
    case = run.cases("profile_service")

    if run.mode == "basic":
        # API clients cannot access profiles.
        with case("get", "(refused)"):
            refused((401, 403), service.get, run.user.id)
        with case("get", "(not signed in)"):
            broken("id", service.get)
        with case("update", "(refused)"):
            profile = Profile({"nickName": "x"})
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
