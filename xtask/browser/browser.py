"""A sandbox, and a real browser with what a person does in it."""

import json
import shutil
import subprocess
import time
import urllib.request
from contextlib import contextmanager

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

# Limit on the wait for something to appear, in seconds.
SOON = 10


class Sandbox:
    """A running sandbox, by default on a free port."""

    def __init__(self, program, port=0):
        self.program = program
        command = [program, "--listen", f"127.0.0.1:{port}"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        first = self.process.stdout.readline()
        assert first.startswith("listening on "), first
        self.url = first.removeprefix("listening on ").strip()
        self.port = int(self.url.rsplit(":", 1)[1])

    def call(self, method, path, body=None, authorized=False):
        """Sends a request as a program, and returns the status and the parsed response."""
        headers = {"Content-Type": "application/json"}
        if authorized:
            headers |= AUTHORIZATION
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request) as response:
                content = response.read()
                return response.status, json.loads(content) if content else None
        except urllib.error.HTTPError as error:
            return error.code, None

    def control(self, method, path, body=None):
        status, value = self.call(method, "/sandbox" + path, body)
        assert status < 300, f"{method} {path}: {status}"
        return value

    def api(self, method, path, body=None):
        return self.call(method, "/api/rest/v1" + path, body, authorized=True)

    def user_named(self, name):
        """Returns the user with a name, or None."""
        _, page = self.api("GET", f"/user?filter=username%20eq%20%22{name}%22")
        return page["resources"][0] if page["resources"] else None

    def stop(self):
        self.process.terminate()
        assert self.process.wait(10) == 0


# The default client: 1000000000000001:sandbox-api-secret.
AUTHORIZATION = {"authorization": "Basic MTAwMDAwMDAwMDAwMDAwMTpzYW5kYm94LWFwaS1zZWNyZXQ="}


class Browser:
    """A browser that shows the page of a sandbox."""

    def __init__(self, url, downloads=None, *arguments):
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for argument in (
            "--headless=new",
            # Containers run as root, and have little shared memory.
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--no-proxy-server",
            "--window-size=1200,900",
            *arguments,
        ):
            options.add_argument(argument)
        if downloads:
            options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        service = webdriver.ChromeService(shutil.which("chromedriver"))
        self.driver = webdriver.Chrome(options, service)
        self.driver.set_script_timeout(SOON)
        self.url = url
        self.expected = []

    def quit(self):
        self.driver.quit()

    # What a person sees.

    def view(self, name, part=""):
        """Opens a view by its address, and waits until it is shown."""
        address = f"{self.url}/sandbox/#/{name}{part}"
        if self.driver.current_url == address:
            self.driver.refresh()
        else:
            self.driver.execute_script("document.getElementById('main')?.removeAttribute('data-view')")
            self.driver.get(address)
        self.until(lambda: self.find(f"main[data-view={name}] h1"), f"view {name}")

    def find(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def until(self, check, what):
        """Waits until a check is true, and returns its value."""
        end = time.monotonic() + SOON
        while True:
            try:
                value = check()
            except (StaleElementReferenceException, IndexError):
                value = None
            if value:
                return value
            if time.monotonic() > end:
                shown = self.text()
                raise AssertionError(f"{what} is missing in:\n{shown}")
            time.sleep(0.05)

    def text(self):
        return self.driver.execute_script("return document.body.innerText")

    def sees(self, *texts):
        for text in texts:
            self.until(lambda: text in self.text(), repr(text))

    def sees_no(self, text):
        self.until(lambda: text not in self.text(), f"the absence of {text!r}")

    def scope(self):
        """Returns the open dialog, or else the page: all that a person can reach."""
        return (self.find("dialog[open]") or self.find("body"))[-1]

    def element(self, xpath, what):
        def visible():
            found = self.scope().find_elements(By.XPATH, xpath)
            return next((it for it in found if it.is_displayed()), None)

        return self.until(visible, what)

    # What a person does.

    def click(self, name):
        """Presses a button or follows a link with this text or label."""
        quoted = json.dumps(name)
        xpath = (
            f".//*[self::button or self::a or self::summary]"
            f"[normalize-space()={quoted} or @aria-label={quoted}]"
        )
        self.retry(lambda: self.element(xpath, f"button {name!r}").click())

    def confirm(self, name):
        """Presses the last button with this text in the dialog, once that is open."""

        def button():
            dialog = self.find("dialog[open]")[-1]
            return dialog.find_elements(By.XPATH, f".//button[normalize-space()={json.dumps(name)}]")[-1]

        self.until(button, f"button {name!r} of a dialog").click()

    def field(self, label):
        """Finds a field by its label."""
        quoted = json.dumps(label)
        by_label = f".//label[normalize-space()={quoted}]"
        shown = self.element(by_label, f"field {label!r}")
        named = shown.get_attribute("for")
        if named:
            return self.driver.find_element(By.ID, named)
        return shown.find_element(By.XPATH, ".//input")

    def fill(self, label, value):
        """Fills a field; a select gets the option with this value."""
        field = self.field(label)
        if field.tag_name == "select":
            field.find_element(By.CSS_SELECTOR, f"option[value={json.dumps(value)}]").click()
            return
        field.send_keys(Keys.CONTROL, "a")
        field.send_keys(Keys.DELETE)
        field.send_keys(value)

    def tick(self, label):
        self.retry(lambda: self.field(label).click())

    def retry(self, act):
        """Acts again if the page replaced the element meanwhile."""
        for attempt in range(5):
            try:
                return act()
            except StaleElementReferenceException:
                if attempt == 4:
                    raise

    def says(self, text):
        """Waits until the page says something, as a screen reader would say it."""
        self.until(lambda: text in self.find("#status")[0].text, f"message {text!r}")

    def press(self, *keys):
        webdriver.ActionChains(self.driver).send_keys(*keys).perform()

    def focused(self):
        return self.driver.switch_to.active_element

    @contextmanager
    def refusal(self, status):
        """Allows one message of the console: that of a request that is to be refused."""
        self.expected.append(f"status of {status}")
        yield

    def console_errors(self):
        """Returns what the console has as an error since the last call, except what is expected."""
        errors = []
        for entry in self.driver.get_log("browser"):
            if entry["level"] != "SEVERE":
                continue
            expected = next((it for it in self.expected if it in entry["message"]), None)
            if expected and entry["source"] == "network":
                self.expected.remove(expected)
            else:
                errors.append(entry["message"])
        return errors

    # What the machine may ask of the page.

    def emulate(self, scheme="light", width=1200, height=900):
        mobile = width < 600
        self.driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia",
            {"features": [
                {"name": "prefers-color-scheme", "value": scheme},
                {"name": "prefers-reduced-motion", "value": "reduce"},
            ]},
        )
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile},
        )

    def run(self, script, *arguments):
        """Runs the body of an async function in the page, and returns its value."""
        wrapped = (
            "const done = arguments[arguments.length - 1];"
            f"(async (...given) => {{ {script} }})(...[...arguments].slice(0, -1))"
            ".then((value) => done({value}), (error) => done({error: String(error)}))"
        )
        result = self.driver.execute_async_script(wrapped, *arguments)
        if "error" in result:
            raise WebDriverException(result["error"])
        return result.get("value")
