"""A person's tour through the page of the sandbox, in a real browser.

Each function is one part of it: what is done, what is seen, and what a program then finds.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

from selenium.webdriver.common.keys import Keys

import attacks
import looks
from browser import Browser, Sandbox

# Text that would run, or change the page, if it were taken for markup.
HOSTILE = "\"'><img src=x onerror=\"window.hacked=1\"><script>window.hacked=1</script>{{7*7}}"


def users(browser, sandbox, _):
    for number in range(120):
        sandbox.control("POST", "/users", {"username": f"user{number:03}", "name": {"familyName": "Doe"}})
    browser.view("users")
    browser.sees("Users 1 to 50 of 121", "user000")
    browser.click("Next page")
    browser.sees("Users 51 to 100 of 121", "user060")
    browser.click("Next page")
    browser.sees("Users 101 to 121 of 121")
    assert not browser.element(".//button[.='Next page']", "button").is_enabled()
    browser.click("Previous page")
    browser.sees("Users 51 to 100 of 121")

    browser.fill("Filter", 'username eq "user007"')
    browser.press(Keys.ENTER)
    browser.sees("Users 1 to 1 of 1", "user007")
    browser.fill("Filter", "username is no filter")
    with browser.refusal(400):
        browser.press(Keys.ENTER)
        browser.sees('Parameter "filter"')
    field = browser.field("Filter")
    assert field.get_attribute("aria-invalid") == "true", "the error is at the field"
    browser.click("Show all")
    browser.sees("Users 1 to 50 of 121")
    browser.sees_no('Parameter "filter"')

    browser.click("Add a user")
    browser.fill("Username", "jane")
    browser.fill("Password", "short")
    browser.fill("Given name", "Jane")
    browser.fill("E-mail address", "jane@example.com")
    browser.fill("Mobile number", "+358401234567")
    browser.tick("The address and the number are verified")
    with browser.refusal(400):
        browser.click("Add")
        browser.until(lambda: browser.scope().find_elements("css selector", ".error:not(:empty)"), "the error")
    browser.fill("Password", "Correct-Horse-7")
    browser.click("Add")
    browser.says("Added the user.")
    jane = sandbox.user_named("jane")
    assert jane["emails"][0]["verified"] and jane["mobiles"][0]["verified"], jane

    browser.click("Add a user")
    browser.click("As JSON")
    browser.fill("User, with all its fields", '{"nsCode": "sandbox", "username": "json", "title": "Dr"}')
    browser.confirm("Add")
    browser.says("Added the user.")
    assert sandbox.user_named("json")["title"] == "Dr"


def one_user(browser, sandbox, _):
    sandbox.control("POST", "/groups", {"name": "Drivers"})
    sandbox.control("POST", "/roles", {"name": "Helpdesk", "permissions": ["ACCOUNT_VIEW"]})
    jane = sandbox.user_named("jane")
    browser.view("users", "/" + jane["id"])
    browser.sees("jane", "Common fields", "All fields")

    browser.fill("Family name", "Lind")
    browser.fill("Tags", "a, b")
    browser.fill("Second factor", "SMS")
    browser.click("Save")
    browser.says("Saved.")
    jane = sandbox.user_named("jane")
    assert jane["name"] == {"givenName": "Jane", "familyName": "Lind"}, jane
    assert (jane["tags"], jane["mfaMethod"]) == (["a", "b"], "SMS"), jane
    browser.fill("Username", "user000")
    with browser.refusal(409):
        browser.click("Save")
        browser.sees("This username is taken.")
    browser.fill("Username", "jane")
    browser.fill("Given name", "")
    browser.click("Save")
    browser.until(lambda: "givenName" not in sandbox.user_named("jane")["name"], "the removal of a name")

    browser.click("Lock")
    browser.says("Locked the user.")
    assert sandbox.user_named("jane")["locked"] is True
    browser.click("Unlock")
    browser.says("Unlocked the user.")
    assert sandbox.user_named("jane")["locked"] is False

    browser.element(".//input[@aria-label='jane@example.com is verified']", "switch").click()
    browser.says("Marked as not verified.")
    assert sandbox.user_named("jane")["emails"][0]["verified"] is False
    browser.element(".//input[@aria-label='jane@example.com is verified']", "switch").click()
    browser.says("Marked as verified.")
    browser.fill("Another mobile number", "+358409999999")
    browser.click("Add")
    browser.sees("+358409999999")
    browser.click("Remove +358409999999")
    browser.until(lambda: len(sandbox.user_named("jane")["mobiles"]) == 1, "the removal")

    browser.tick("Drivers")
    browser.click("Save the groups")
    browser.says("Saved the groups.")
    assert len(sandbox.user_named("jane")["memberOf"]) == 1
    browser.tick("Account admin")
    browser.tick("Helpdesk")
    browser.click("Save the roles")
    browser.says("Saved.")
    path = f"/user/{jane['id']}"
    assert sandbox.api("GET", path + "/roles/builtin")[1] == ["ACCOUNT_ADMIN"]
    assert len(sandbox.api("GET", path + "/roles/custom")[1]) == 1
    browser.tick("GROUP_VIEW")
    browser.click("Save the permissions")
    browser.until(lambda: sandbox.api("GET", path + "/permissions/custom")[1] == ["GROUP_VIEW"], "the grant")

    browser.fill("Custom fields, as JSON", '{"shoe": {"size": 39}')
    browser.click("Save the custom fields")
    browser.sees("This is not JSON")
    browser.fill("Custom fields, as JSON", '{"shoe": {"size": 39}}')
    browser.click("Save the custom fields")
    browser.says("Saved the custom fields.")
    assert sandbox.user_named("jane")["customFields"] == {"shoe": {"size": 39}}

    browser.fill("New password", "short")
    browser.click("Set the password")
    browser.until(lambda: browser.field("New password").get_attribute("aria-invalid"), "the reasons")
    browser.fill("New password", "Another-Horse-8")
    browser.click("Set the password")
    browser.says("Set the password.")

    document = {**sandbox.user_named("jane"), "title": "Prof", "locale": "fi-FI"}
    del document["tags"]
    browser.fill("The user, as JSON", json.dumps(document))
    browser.click("Save all fields")
    browser.says("Saved.")
    jane = sandbox.user_named("jane")
    assert (jane["title"], jane["locale"]) == ("Prof", "fi-FI") and not jane.get("tags"), jane

    browser.view("users", "/" + sandbox.user_named("json")["id"])
    browser.click("Delete")
    browser.sees("Delete json?")
    browser.confirm("Delete")
    browser.says("Deleted the user.")
    assert sandbox.user_named("json") is None
    browser.until(lambda: browser.find("main[data-view=users] h1"), "the list")
    with browser.refusal(404):
        browser.view("users", "/no-such-user")
        browser.sees("not found")


def namespaces(browser, sandbox, _):
    browser.view("namespaces")
    browser.click("Add a namespace")
    with browser.refusal(400):
        browser.click("Add")
        browser.until(lambda: browser.field("Code").get_attribute("aria-invalid"), "the error")
    browser.fill("Code", "staff")
    browser.fill("Name", "Staff")
    browser.fill("Usernames", "MANUAL")
    browser.click("Add")
    browser.says("Added the namespace.")
    browser.click("Change Staff")
    browser.fill("Password: least length", "12")
    browser.fill("Sign-in by e-mail address", "ALLOWED")
    browser.click("Save")
    browser.says("Saved the namespace.")
    policy = sandbox.api("GET", "/namespace/staff")[1]["defaultGroupPolicy"]
    assert (policy["minPwLength"], policy["emailLoginAllowed"]) == (12, "ALLOWED"), policy
    assert policy["pwHistorySaved"] == 3, "others stay"
    browser.click("Change Staff")
    browser.fill("Password: earlier ones that are refused", "")
    browser.click("Save")
    browser.until(lambda: "pwHistorySaved" not in sandbox.api("GET", "/namespace/staff")[1]["defaultGroupPolicy"], "the removal")
    browser.click("Delete Staff")
    browser.confirm("Delete")
    browser.says("Deleted the namespace.")
    assert sandbox.api("GET", "/namespace/staff")[0] == 404


def groups_and_roles(browser, sandbox, _):
    browser.view("groups")
    browser.click("Add a group")
    browser.fill("Name", "Managers")
    browser.tick("Drivers (sandbox)")
    browser.click("Add")
    browser.says("Added the group.")
    browser.click("Change Managers")
    browser.fill("Description", "Who manages")
    browser.click("Save")
    browser.says("Saved the group.")
    group = next(it for it in sandbox.api("GET", "/group")[1]["resources"] if it["name"] == "Managers")
    assert group["description"] == "Who manages" and len(group["memberOf"]) == 1, group
    browser.click("Delete Managers")
    browser.confirm("Delete")
    browser.says("Deleted the group.")

    browser.view("roles")
    browser.sees("Built-in roles", "PORTAL_ADMIN")
    browser.click("Add a role")
    browser.fill("Name", "Auditors")
    browser.tick("ACCOUNT_VIEW")
    browser.click("Add")
    browser.says("Added the role.")
    browser.click("Change Auditors")
    browser.tick("GROUP_VIEW")
    browser.click("Save")
    browser.says("Saved the role.")
    role = next(it for it in sandbox.api("GET", "/role/custom")[1]["resources"] if it["name"] == "Auditors")
    assert role["permissions"] == ["ACCOUNT_VIEW", "GROUP_VIEW"], role
    browser.click("Delete Auditors")
    browser.confirm("Delete")
    browser.says("Deleted the role.")


def clients(browser, sandbox, _):
    browser.view("clients")
    browser.sees("1000000000000001", "sandbox-api-secret", "operator")
    browser.click("Add a Management API client")
    browser.fill("Identifier", "reader")
    browser.fill("Secret", "s")
    browser.tick("ACCOUNT_VIEW")
    browser.click("Add")
    browser.says("Added the client.")
    browser.click("Add an OIDC client")
    with browser.refusal(400):
        browser.click("Add")
        browser.sees('Field "id" must not be empty')
    browser.fill("Identifier", "app")
    browser.fill("Redirect URI", "http://localhost:3000/callback")
    browser.click("Add")
    browser.says("Added the client.")
    found = sandbox.control("GET", "/clients")
    assert any(it["id"] == "reader" and it["permissions"] == ["ACCOUNT_VIEW"] for it in found["api"])
    assert any(it["id"] == "app" and it["public"] for it in found["oidc"])
    for client in ("reader", "app"):
        browser.click(f"Remove {client}")
        browser.confirm("Remove")
        browser.says("Removed the client.")
    assert "reader" not in json.dumps(sandbox.control("GET", "/clients"))


def outbox(browser, sandbox, _):
    jane = sandbox.user_named("jane")
    sandbox.control("PUT", f"/users/{jane['id']}/verified", {"value": "jane@example.com", "verified": False})
    browser.view("outbox")
    # The page is not told: it sees the requests.
    sandbox.api("POST", f"/user/{jane['id']}/email/verify", {"value": "jane@example.com"})
    sandbox.api("POST", f"/user/{jane['id']}/sms/verify/send", {"value": "+358401234567"})
    browser.sees("jane@example.com", "+358401234567")
    code = sandbox.control("GET", "/outbox")[-1]["code"]
    browser.sees(code)
    browser.driver.execute_cdp_cmd("Browser.grantPermissions", {
        "origin": sandbox.url, "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]})
    browser.click("Copy the code")
    browser.says("Copied.")
    assert browser.run("return navigator.clipboard.readText()") == code

    link = browser.find("pre a")[0]
    assert link.get_attribute("rel") == "noopener"
    page = browser.driver.current_window_handle
    link.click()
    browser.until(lambda: sandbox.user_named("jane")["emails"][0]["verified"], "the verification")
    for handle in browser.driver.window_handles:
        if handle != page:
            browser.driver.switch_to.window(handle)
            browser.driver.close()
    browser.driver.switch_to.window(page)

    browser.view("users", "/" + jane["id"])
    browser.click("Send a link to jane@example.com")
    browser.says("The message is in the outbox.")
    browser.view("outbox")
    assert len(sandbox.control("GET", "/outbox")) == 3
    browser.click("Clear the outbox")
    browser.sees("No messages were sent.")


def requests(browser, sandbox, _):
    sandbox.control("DELETE", "/requests")
    browser.view("requests")
    browser.sees("There are no requests yet.")
    sandbox.control("POST", "/faults", {"fault": {"apply-then-status": {"code": 500}}, "route": "/group", "times": 1})
    sandbox.api("POST", "/user?x=1", {"nickName": "Nick's [first]", "username": "curl"})
    browser.sees("POST /api/rest/v1/user?x=1", "201")
    sandbox.api("GET", "/group")
    browser.sees("GET /api/rest/v1/group", "500", "fault")
    sandbox.call("GET", "/api/rest/v1/namespace")
    browser.sees("401")
    first = browser.find("tbody tr")[0].text
    assert "namespace" in first, "the newest is first"

    browser.click("POST /api/rest/v1/user?x=1")
    browser.sees("client 1000000000000001", "As curl", '"nickName": "Nick\'s [first]"')
    shown = browser.scope().find_elements("css selector", "pre[aria-label='As curl']")[0].text
    created = sandbox.user_named("curl")
    sandbox.control("DELETE", f"/users/{created['id']}")
    again = subprocess.run(["bash", "-c", shown + " --silent --noproxy '*'"], capture_output=True, text=True)
    assert " 201 " in again.stdout, (shown, again.stdout, again.stderr)
    assert sandbox.user_named("curl")["nickName"] == "Nick's [first]"
    browser.click("Close")
    number = len(sandbox.control("GET", "/requests"))
    browser.until(lambda: len(browser.find("tbody tr")) == number, "all requests")

    # What the page does itself is not shown.
    browser.view("users")
    browser.view("requests")
    browser.until(lambda: len(browser.find("tbody tr")) == number, "the same requests")
    browser.click("Clear the requests")
    browser.sees("There are no requests yet.")


def ledger(browser, sandbox, _):
    sandbox.control("DELETE", "/ledger")
    browser.view("ledger")
    browser.sees("Nothing has changed.")
    sandbox.api("POST", "/user", {"username": "ledger"})
    browser.sees("create user", "The newest 1 of 1 changes")
    browser.click("Clear the ledger")
    browser.sees("Nothing has changed.")
    sandbox.api("DELETE", "/user/" + sandbox.user_named("ledger")["id"])
    browser.sees("delete user")


def faults(browser, sandbox, _):
    sandbox.control("DELETE", "/faults")
    browser.view("faults")
    browser.sees("No faults are active.")
    browser.fill("Parameters", '{"code": 503')
    browser.click("Inject")
    browser.sees("This is not JSON")
    browser.fill("Parameters", '{"code": 42}')
    with browser.refusal(400):
        browser.click("Inject")
        browser.sees("Fault script:")
    browser.fill("Parameters", '{"code": 503}')
    browser.fill("Method", "GET")
    browser.fill("Route", "/user")
    browser.fill("Number of calls", "2")
    browser.fill("Headers of the response, as JSON", '{"retry-after": "1"}')
    browser.click("Inject")
    browser.says("Injected the fault.")
    browser.sees("GET /user, with retry-after", "0 of 2")
    assert sandbox.api("GET", "/user")[0] == 503
    browser.sees("1 of 2")
    browser.fill("Headers of the response, as JSON", "")
    browser.fill("Kind", "reset-before")
    browser.sees_no("Parameters")
    browser.fill("Route", "/namespace")
    browser.click("Inject")
    browser.sees('"reset-before"')
    [first, second] = sandbox.control("GET", "/faults")
    browser.click(f"Remove fault {second['id']}")
    browser.sees_no('"reset-before"')
    # A fault for all calls does not lock the page out.
    browser.click("Remove all")
    browser.sees("No faults are active.")
    sandbox.control("POST", "/faults", {"fault": "no-response"})
    browser.view("users")
    browser.sees("operator")
    sandbox.control("DELETE", "/faults")


def rules(browser, sandbox, _):
    browser.view("rules")
    browser.sees("put-replaces", "default is inferred", "default is documented")
    switch = browser.find("input[name=put-replaces]")[0]
    assert switch.get_attribute("role") == "switch" and not switch.is_selected()
    switch.click()
    browser.says("put-replaces is on.")
    on = {it["name"]: it["on"] for it in sandbox.control("GET", "/rules")}
    assert on["put-replaces"]
    browser.find("input[name=put-replaces]")[0].click()
    browser.says("put-replaces is off.")


def clock(browser, sandbox, _):
    browser.view("clock")
    browser.click("Freeze it")
    browser.says("The clock is frozen.")
    frozen = sandbox.control("GET", "/clock")
    assert frozen["frozen"]
    browser.click("Advance by 1 day")
    browser.says("Advanced the clock.")
    after = sandbox.control("GET", "/clock")["now"]
    assert after[:10] > frozen["now"][:10]
    browser.sees(after.replace("T", " ")[:19], "(frozen)")
    browser.fill("Seconds", "-1")
    browser.click("Advance")
    browser.sees("non-negative integer")
    browser.fill("Seconds", "1")
    browser.click("Advance")
    browser.until(lambda: sandbox.control("GET", "/clock")["now"] > after, "the next second")
    browser.click("Let it run")
    browser.says("The clock runs.")
    assert not sandbox.control("GET", "/clock")["frozen"]
    browser.click("Revoke all tokens")
    browser.says("All tokens are invalid.")


def data(browser, sandbox, folder):
    browser.view("contents")
    browser.fill("Name", "before")
    browser.click("Save a snapshot")
    browser.says("Saved the snapshot.")
    browser.click("Export")
    path = folder / "sandbox-seed.json"
    browser.until(path.exists, "the download")
    seed = browser.until(lambda: path.read_text(), "its content")
    assert '"jane"' in seed
    browser.click("Reset to the start")
    browser.confirm("Reset")
    browser.says("Went back to the start.")
    assert sandbox.user_named("jane") is None
    browser.element(".//input[@type='file']", "the file").send_keys(str(path))
    browser.click("Import")
    browser.sees("Replace everything that is stored?")
    browser.confirm("Import")
    browser.says("Imported the seed.")
    assert sandbox.user_named("jane")
    wrong = folder / "wrong.json"
    wrong.write_text('{"users": [{"usrname": "x"}]}')
    browser.element(".//input[@type='file']", "the file").send_keys(str(wrong))
    browser.click("Import")
    with browser.refusal(400):
        browser.confirm("Import")
        browser.sees("usrname")
    browser.click("Cancel")
    browser.click("Go back to before")
    browser.confirm("Go back")
    browser.says("Went back to the snapshot.")
    browser.click("Remove before")
    browser.confirm("Remove")
    browser.says("Removed the snapshot.")


def keyboard(browser, sandbox, _):
    browser.driver.get("about:blank")
    browser.view("users")
    browser.press(Keys.TAB)
    assert browser.focused().text == "Skip to the content"
    browser.press(Keys.ENTER)
    assert browser.focused().get_attribute("id") == "main"
    assert browser.driver.current_url.endswith("#/users"), "the view stays"
    link = browser.find("#views a[href='#/rules']")[0]
    browser.driver.execute_script("arguments[0].focus()", link)
    browser.press(Keys.ENTER)
    browser.until(lambda: browser.focused().tag_name == "h1" and browser.focused().text == "Rules", "the focus")
    assert browser.find("#views a[aria-current=page]")[0].text == "Rules"
    assert browser.driver.title.startswith("Rules")

    browser.view("users")
    opener = browser.element(".//button[.='Add a user']", "button")
    browser.driver.execute_script("arguments[0].focus()", opener)
    browser.press(Keys.ENTER)
    browser.until(lambda: browser.find("dialog[open]"), "the dialog")
    for _ in range(30):
        browser.press(Keys.TAB)
        inside = browser.driver.execute_script(
            "const at = document.activeElement; return at === document.body || !!at.closest('dialog')")
        assert inside, "the focus stays in the dialog"
    browser.press(Keys.ESCAPE)
    browser.until(lambda: not browser.find("dialog"), "the end of the dialog")
    assert browser.focused().text == "Add a user", "the focus goes back"

    browser.view("rules")
    switch = browser.find("input[name=soft-delete]")[0]
    browser.driver.execute_script("arguments[0].focus()", switch)
    browser.press(Keys.SPACE)
    browser.says("soft-delete is on.")
    browser.press(Keys.SPACE)
    browser.says("soft-delete is off.")


def hostile_content(browser, sandbox, _):
    """What a user of the sandbox stores never runs, wherever the page shows it."""
    text = HOSTILE
    sandbox.control("PUT", "/rules", {"contacts-checked": False})
    sandbox.control("POST", "/groups", {"name": text, "description": text})
    sandbox.control("POST", "/roles", {"name": text})
    sandbox.control("POST", "/namespaces", {"code": "hostile", "name": text})
    sandbox.control("POST", "/clients/oidc", {"id": text.replace(":", "")})
    script = {"id": "hostile", "redirectUri": "javascript:window.hacked=1"}
    assert sandbox.call("POST", "/sandbox/clients/oidc", script)[0] == 400
    user = {
        "username": text, "nickName": text, "locale": text, "title": text, "tags": [text],
        "name": {"givenName": text, "familyName": text},
        "emails": [{"address": text}, {"address": "a@b.c"}], "mobiles": [{"number": text}],
        "customFields": {text: text},
    }
    identifier = sandbox.control("POST", "/users", user)["id"]
    link = "javascript:window.hacked=1"
    sandbox.api("POST", f"/user/{identifier}/email/verify", {"value": "a@b.c", "returnURL": link})
    sandbox.api("POST", f"/user/{identifier}/sms/verify/send", {"value": text})
    sandbox.call("POST", "/api/rest/v1/user?q=%3Cscript%3E", {"nickName": text}, authorized=True)
    sandbox.control("PUT", "/snapshots/%3Cimg%20src=x%20onerror=hacked=1%3E")
    sandbox.control("POST", "/faults", {"fault": {"content-type": {"value": "text/html"}}, "headers": {"x-a": "<script>"}, "times": 1})
    views = ["users", "namespaces", "groups", "roles", "clients", "outbox", "requests", "ledger", "faults", "contents"]
    for view in views:
        browser.view(view)
        assert not browser.find("main img, main script, main iframe"), view
        assert all(not (it.get_attribute("href") or "").startswith("javascript:") for it in browser.find("main a")), view
    browser.view("users", "/" + identifier)
    assert not browser.find("main img, main script")
    browser.view("requests")
    browser.click("POST /api/rest/v1/user?q=%3Cscript%3E")
    browser.sees("<script>window.hacked=1</script>")
    browser.click("Close")
    browser.view("groups")
    browser.find("td.actions button")[0].click()
    browser.until(lambda: browser.find("dialog[open]"), "the dialog")
    assert browser.driver.execute_script("return window.hacked") is None
    sandbox.control("POST", "/reset")
    sandbox.control("DELETE", "/snapshots/%3Cimg%20src=x%20onerror=hacked=1%3E")


def curl(browser, sandbox, _):
    """The command sends what was received, and runs nothing else, whatever that was."""
    browser.view("requests")

    def words(method, path, query, headers, body):
        request = {"method": method, "path": path, "query": query, "headers": headers, "body": body}
        command = browser.run(
            "const {asCurl} = await import('/sandbox/page/requests.js'); return asCurl(given[0])", request)
        script = "curl() { printf '%s\\n' \"$@\"; }; " + command
        shown = subprocess.run(["bash", "-c", script], capture_output=True, text=True)
        assert (shown.returncode, shown.stderr) == (0, ""), shown
        return shown.stdout.removeprefix("-i\n").rstrip("\n").split("\n")

    url = sandbox.url
    assert words("GET", "/a", None, [["host", "x"]], "") == [f"{url}/a"]
    assert words("GET", "/a", None, [], "b") == ["-X", "GET", f"{url}/a", "--data-raw", "b"]
    assert words("POST", "/a", "b=[1]", [], "") == ["--globoff", "-X", "POST", f"{url}/a?b=[1]"]
    assert words("HEAD", "/a", None, [], "") == ["--head", f"{url}/a"]
    assert words("`id`", "/$(id)", "'$HOME;", [["x", "$(id) 'y'"], ["empty", ""]], "@/etc/passwd'`id`") == [
        "-X", "`id`", f"{url}/$(id)?'$HOME;", "-H", "x: $(id) 'y'", "-H", "empty;", "--data-raw", "@/etc/passwd'`id`"]


def tabs(browser, sandbox, _):
    """More tabs than a browser opens connections to a server; the hidden ones leave theirs to others."""
    driver = browser.driver
    first = driver.current_window_handle
    browser.view("requests")
    try:
        for _ in range(8):
            driver.switch_to.new_window("tab")
            browser.view("requests")
            browser.sees("live")
        sandbox.api("GET", "/user/seen-later")
        browser.sees("GET /api/rest/v1/user/seen-later")
        driver.switch_to.window(first)
        browser.sees("live", "GET /api/rest/v1/user/seen-later")
    finally:
        for handle in driver.window_handles:
            if handle != first:
                driver.switch_to.window(handle)
                driver.close()
        driver.switch_to.window(first)


def restart(browser, sandbox, _):
    """The page says when the sandbox is gone, and follows the next one; this is the last part."""
    browser.view("requests")
    browser.sees("live", "GET /api/rest/v1/user/none")
    sandbox.stop()
    browser.sees("not connected")
    again = Sandbox(sandbox.program, sandbox.port)
    try:
        browser.sees("live")
        again.api("GET", "/namespace")
        browser.sees("GET /api/rest/v1/namespace")
        browser.sees_no("GET /api/rest/v1/user/none")
    finally:
        again.stop()


PARTS = [
    users, one_user, namespaces, groups_and_roles, clients, outbox, requests, ledger, faults, rules, clock, data,
    curl, keyboard, hostile_content, tabs,
]


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--program", required=True, help="path of trivore-sandbox")
    arguments.add_argument("--screenshots", type=Path, required=True, help="folder for the screenshots")
    arguments.add_argument("--axe", type=Path, help="path of axe.min.js; without it, no audit")
    arguments.add_argument("parts", nargs="*", help="parts of the tour, by default all")
    given = arguments.parse_args()
    given.screenshots.mkdir(parents=True, exist_ok=True)
    failed = []

    def part(name, run, errors=list):
        if given.parts and name not in given.parts:
            return
        start = time.monotonic()
        try:
            run()
            found = errors()
            assert not found, f"errors in the console: {found}"
            print(f"ok      {name} ({time.monotonic() - start:.1f} s)", flush=True)
        except Exception:
            failed.append(name)
            print(f"FAILED  {name}\n{traceback.format_exc()}console: {errors()}", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        sandbox = Sandbox(given.program)
        browser = Browser(sandbox.url, folder)
        try:
            for run in PARTS:
                part(run.__name__, lambda: run(browser, sandbox, Path(folder)), browser.console_errors)
            looks.prepare(sandbox)
            part("screenshots", lambda: looks.screenshots(browser, given.screenshots), browser.console_errors)
            if given.axe:
                part("audit", lambda: looks.audit(browser, given.axe.read_text()), browser.console_errors)
            for attack in attacks.ATTACKS:
                part(attack.__name__, lambda: attack(sandbox))
            part("restart", lambda: restart(browser, sandbox, None))
        finally:
            browser.quit()
            sandbox.process.kill()
    if failed:
        sys.exit(f"FAILED: {', '.join(failed)}")


if __name__ == "__main__":
    main()
