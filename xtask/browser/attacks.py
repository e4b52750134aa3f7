"""What pages of other sites try against the sandbox, from a real browser."""

import http.server
import json
import threading
from contextlib import contextmanager

from browser import AUTHORIZATION, Browser

HEADERS = {"content-type": "application/json"}


@contextmanager
def other_site():
    """Serves an empty page, of another origin."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>other site</title>")

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()


@contextmanager
def browser_with(*arguments):
    browser = Browser("", None, *arguments)
    try:
        yield browser
    finally:
        browser.quit()


def contents(sandbox):
    """Returns all that an attack may not change."""
    return json.dumps([
        sandbox.control("GET", path) for path in ("/export", "/faults", "/rules", "/clients", "/ledger", "/outbox")
    ])


PATHS = [
    "/sandbox/", "/sandbox/credentials", "/sandbox/export", "/sandbox/requests", "/sandbox/events",
    "/sandbox/page/app.js", "/api/rest/v1/user",
]
WRITES = [
    ("POST", "/sandbox/reset", None), ("POST", "/sandbox/faults", {"fault": {"status": {"code": 503}}}),
    ("DELETE", "/sandbox/ledger", None), ("PUT", "/sandbox/rules", {"put-replaces": True}),
    ("POST", "/sandbox/import", {}), ("POST", "/sandbox/clock/advance?seconds=1000000", None),
    ("POST", "/sandbox/users", {"username": "evil"}), ("POST", "/api/rest/v1/user", {"username": "evil"}),
]


def rebinding(sandbox):
    """A page whose name was made to lead to this machine gets nothing but a refusal."""
    before = contents(sandbox)
    with browser_with("--host-resolver-rules=MAP evil.example 127.0.0.1") as browser:
        site = f"http://evil.example:{sandbox.port}"
        for path in ("/sandbox/", "/api/rest/v1/user", "/"):
            browser.driver.get(site + path)
            assert "names neither this machine nor an allowed host" in browser.text(), browser.text()
            assert not browser.find("script"), "the page is not served"
        # From here on, the browser takes the server for the one that the page came from.
        for path in PATHS:
            fetched = browser.run(
                "const r = await fetch(given[0], {headers: given[1]}); return [r.status, await r.text()]",
                path, AUTHORIZATION)
            assert fetched[0] == 403 and "sandbox-api-secret" not in fetched[1], (path, fetched)
        for method, path, body in WRITES:
            status = browser.run(
                "return (await fetch(given[1], {method: given[0], headers: given[3], body: given[2]})).status",
                method, path, body and json.dumps(body), {**HEADERS, **AUTHORIZATION})
            assert status == 403, (method, path, status)
        events = browser.run(
            "const s = new EventSource('/sandbox/events');"
            "return await new Promise((done) => { s.onopen = () => done('open'); s.onerror = () => done('refused'); })")
        assert events == "refused"
    assert contents(sandbox) == before


def cross_site(sandbox):
    """A page of another origin reads nothing and changes nothing."""
    before = contents(sandbox)
    with other_site() as port, browser_with("--host-resolver-rules=MAP evil.example 127.0.0.1") as browser:
        # The last one is of the same site, on another port.
        for origin in (f"http://evil.example:{port}", f"http://localhost:{port}", f"http://127.0.0.1:{port}"):
            browser.driver.get(origin)
            for path in PATHS:
                for headers in ({}, AUTHORIZATION):
                    fetched = browser.run(
                        "try { return await (await fetch(given[0], {headers: given[1]})).text() } catch (e) { return 'refused' }",
                        sandbox.url + path, headers)
                    assert fetched == "refused", (origin, path, fetched)
                opaque = browser.run(
                    "try { return await (await fetch(given[0], {mode: 'no-cors'})).text() } catch (e) { return '' }",
                    sandbox.url + path) if "events" not in path else ""
                assert opaque == "", (origin, path, opaque)
            for method, path, body in WRITES:
                for options in (
                    {"method": method, "headers": {**HEADERS, **AUTHORIZATION}},
                    # Without a preflight: what a form could send.
                    {"method": "POST", "mode": "no-cors", "headers": {"content-type": "text/plain"}},
                ):
                    if body is not None:
                        options["body"] = json.dumps(body)
                    browser.run("try { await fetch(given[0], given[1]) } catch {}", sandbox.url + path, options)
            for path in ("/sandbox/credentials", "/sandbox/page/app.js", "/sandbox/requests"):
                loaded = browser.run(
                    "const s = document.createElement('script'); s.src = given[0];"
                    "const done = new Promise((d) => { s.onload = () => d('loaded'); s.onerror = () => d('refused'); });"
                    "document.head.append(s); return await done", sandbox.url + path)
                assert loaded == "refused", (origin, path)
            framed = browser.run(
                "const f = document.createElement('iframe'); f.src = given[0];"
                "const done = new Promise((d) => { f.onload = d; }); document.documentElement.append(f); await done;"
                "try { return f.contentDocument && f.contentDocument.body.innerText } catch { return 'refused' }",
                sandbox.url + "/sandbox/")
            assert not framed or framed == "refused", framed
            browser.driver.switch_to.frame(browser.find("iframe")[0])
            assert not browser.find("#views"), "the page is in no frame"
            browser.driver.switch_to.default_content()
            events = browser.run(
                "const s = new EventSource(given[0]);"
                "return await new Promise((done) => { s.onopen = () => done('open'); s.onerror = () => { s.close(); done('refused'); } })",
                sandbox.url + "/sandbox/events")
            assert events == "refused"
            # A form leaves the page, so this is last.
            for path in ("/sandbox/reset", "/sandbox/tokens/revoke"):
                browser.driver.get(origin)
                browser.driver.execute_script(
                    "const f = document.createElement('form'); f.method = 'POST'; f.action = arguments[0];"
                    "document.documentElement.append(f); f.submit()", sandbox.url + path)
                browser.sees("another origin")
    assert contents(sandbox) == before


ATTACKS = [rebinding, cross_site]
