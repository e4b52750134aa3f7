"""Passwords, verification of addresses and numbers, invitations, sign-in."""

import re

from harness import NEW_PASSWORD, PASSWORD, refused, same
from trivoreid.client import TrivoreID
from trivoreid.exceptions import TrivoreIDException
from trivoreid.models.invite import Invite
from trivoreid.models.user import Mobile
from trivoreid.oidc.oidc_client import OidcClient


def passwords(run, _state):
    service = run.sdk.user_service
    user = run.user.id
    case = run.cases("user_service")

    def sign_in(password):
        name = f"{run.user.username}@{run.user.nsCode}"
        return OidcClient(run.path, username=name, password=password)

    with case("get_password_requirements"):
        requirements = service.get_password_requirements(user)
        assert isinstance(requirements.minLength, int), requirements.minLength
        assert requirements.minLength > 1, requirements.minLength
        same(requirements.usernameForbidden in (None, True, False), True)

    with case("change_password", "(against the rules)"):
        result = service.change_password(user, "a")
        same(result.success, False)
        assert result.validationErrors, "the validation errors are missing"
        assert result.validationErrors[0].message, "the validation error has no message"
        sign_in(PASSWORD).get_access_token()

    with case("change_password"):
        result = service.change_password(user, NEW_PASSWORD)
        same((result.success, result.validationErrors), (True, []))
        signed_in = sign_in(NEW_PASSWORD)
        signed_in.get_access_token()
        same(signed_in.user.id, user)

    with case("change_password", "(old password rejected)"):
        refused_sign_in = sign_in(PASSWORD)
        try:
            refused_sign_in.get_access_token()
        except TrivoreIDException as error:
            assert error.resporse_code in (400, 401), error.resporse_code
        else:
            raise AssertionError("the old password still works")


def verification(run, _state):
    service = run.sdk.user_service
    user = run.user.id
    email = run.user.emails[0].address
    second = run.user.emails[1].address
    mobile = run.user.mobiles[0].number
    case = run.cases("user_service")

    with case("verify_email"):
        same(service.verify_email(user), None)
        run.follow_link(email)
        got = service.get(user).emails
        same([e.verified for e in got], [True, False])
        assert got[0].verifiedDateTime, "the service did not set verifiedDateTime"

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


def strangers(run, _state):
    with run.case("user_service.get_all", "(wrong credentials)"):
        if run.mode == "basic":
            stranger = TrivoreID(run.path, client_id="nobody", client_secret="wrong")
        else:
            stranger = TrivoreID(run.path, access_token="wrong")
        refused(401, stranger.user_service.get_all)
