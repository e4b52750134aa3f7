"""How the page looks: screenshots, and an audit of its accessibility."""



def prepare(sandbox):
    """Fills the sandbox with what a screenshot should show."""
    sandbox.control("POST", "/reset")
    sandbox.control("DELETE", "/requests")
    sandbox.control("POST", "/namespaces", {"code": "staff", "name": "Staff", "usernamePolicy": "MANUAL"})
    for name in ("Drivers", "Managers"):
        sandbox.control("POST", "/groups", {"name": name, "description": f"All {name.lower()}"})
    people = [("jane", "Jane", "Lind"), ("joe", "Joe", "Salo"), ("mia", "Mia", "Virtanen"), ("oskar", "Oskar", "Nyberg")]
    for index, (username, given, family) in enumerate(people):
        sandbox.control("POST", "/users", {
            "username": username, "password": "Correct-Horse-7", "locked": index == 1,
            "name": {"givenName": given, "familyName": family}, "memberOf": ["Drivers"], "locale": "fi-FI",
            "emails": [{"address": f"{username}@example.com", "verified": index != 2}],
            "mobiles": [{"number": f"+35840123450{index}"}], "customFields": {"shoe": {"size": 39 + index}},
        })
    jane = sandbox.user_named("jane")["id"]
    sandbox.control("POST", "/faults", {
        "fault": {"status": {"code": 503}}, "route": "/user", "method": "POST", "times": 2,
        "headers": {"retry-after": "1"}})
    sandbox.control("POST", "/faults", {"fault": {"delay": {"ms": 300}}, "route": "/group"})
    for _ in range(2):
        sandbox.api("POST", "/user", {"username": "new", "nsCode": "staff"})
    sandbox.api("GET", "/user/none")
    sandbox.call("GET", "/api/rest/v1/group")
    sandbox.api("PUT", f"/user/{jane}", {"nickName": "J"})
    sandbox.api("POST", f"/user/{jane}/email/verify", {"value": "jane@example.com"})
    sandbox.api("POST", f"/user/{jane}/sms/verify/send", {"value": "+358401234500"})


VIEWS = ["users", "user", "outbox", "requests", "faults", "rules"]
LOOKS = [("light", "light", 1200), ("dark", "dark", 1200), ("narrow", "light", 390)]


def open_view(browser, view):
    if view == "user":
        browser.view("users")
        browser.click("jane")
        browser.sees("Common fields")
    else:
        browser.view(view)
    browser.driver.execute_script("document.getElementById('status').textContent = ''")
    # The requests arrive after the view is shown.
    if view == "requests":
        browser.until(lambda: len(browser.find("tbody tr")) >= 7, "the requests")


def screenshots(browser, folder):
    for name, scheme, width in LOOKS:
        browser.emulate(scheme, width, 800)
        for view in VIEWS:
            open_view(browser, view)
            scrolls = "return document.documentElement.scrollWidth > document.documentElement.clientWidth"
            assert not browser.driver.execute_script(scrolls), f"{view}, {name}: it is wider than the screen"
            browser.driver.save_screenshot(str(folder / f"{view}-{name}.png"))
    browser.emulate()


def audit(browser, axe):
    """Runs axe-core in every view and in the dialogs; serious findings fail."""
    findings = []

    def check(where):
        browser.driver.execute_script(axe)
        violations = browser.run("return (await axe.run()).violations")
        for violation in violations:
            targets = [str(node["target"]) for node in violation["nodes"]][:3]
            line = f"{where}: {violation['impact']}: {violation['id']}: {', '.join(targets)}"
            print(f"        {line}")
            if violation["impact"] in ("serious", "critical"):
                findings.append(line)

    views = ["users", "user", "namespaces", "groups", "roles", "clients", "outbox", "requests", "ledger",
             "faults", "rules", "clock", "contents"]
    for name, scheme, width in LOOKS:
        browser.emulate(scheme, width, 800)
        for view in views:
            open_view(browser, view)
            check(f"{view}, {name}")
        browser.view("users")
        browser.click("Add a user")
        check(f"dialog, {name}")
        browser.view("requests")
        browser.until(lambda: browser.find("tbody button"), "the requests")
        browser.find("tbody button")[0].click()
        browser.until(lambda: browser.find("dialog[open]"), "the dialog")
        check(f"request, {name}")
        browser.click("Close")
        browser.view("faults")
        browser.fill("Parameters", "{")
        browser.click("Inject")
        browser.sees("This is not JSON")
        check(f"form with an error, {name}")
    browser.emulate()
    assert not findings, "\n".join(findings)
