"""A user's legal and enterprise data, custom fields, identification and student state."""

import json

from harness import NOBODY, broken, refused, same
from trivoreid.models.enterprise import Enterprise
from trivoreid.models.user import StudentState, StudentStatus


def details(run, _state):
    service = run.sdk.user_service
    user = run.user.id
    case = run.cases("user_service")

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
        # The vendor's SDK returns undecoded bytes.
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
