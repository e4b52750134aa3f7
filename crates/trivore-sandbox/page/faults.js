// Faults: add, see how often each was hit, remove.

import { control } from "./api.js";
import { action, attempt, badge, button, card, el, heading, refill, row, say, table } from "./dom.js";
import { afterRequests } from "./events.js";
import { form } from "./forms.js";

/** Kinds of faults, their parameters with defaults, and what they do. */
const KINDS = {
  "status": [{ code: 503 }, "respond with a status; the call is not applied"],
  "apply-then-status": [{ code: 500 }, "apply the call, then respond with a status"],
  "html-page": [{ code: 502 }, "respond with an HTML page, as a proxy would; the call is not applied"],
  "apply-then-html-page": [{ code: 504 }, "apply the call, then respond with an HTML page"],
  "rate-limit": [{ "per-second": 5, burst: 10, headers: "retry-after" }, "respond with 429 above a rate"],
  "no-response": [null, "never respond; the call is not applied"],
  "no-response-after-applying": [null, "apply the call, then never respond"],
  "delay": [{ ms: 500 }, "apply the call, then respond late"],
  "delay-before-applying": [{ ms: 500 }, "apply the call late"],
  "reset-before": [null, "reset the connection before the body is read"],
  "reset-after-reading": [null, "reset the connection before the call is applied"],
  "reset-after-applying": [null, "apply the call, then reset the connection"],
  "close-before": [null, "close the connection before the call is applied"],
  "close-after-applying": [null, "apply the call, then close the connection"],
  "close-connection": [null, "respond, then close the connection"],
  "cut-body": [{ bytes: 10 }, "close the connection after part of the body"],
  "stall-body": [{ bytes: 10 }, "stop sending after part of the body"],
  "drip": [{ bytes: 1, ms: 100 }, "send the body slowly"],
  "malformed-json": [null, "send a body that is not JSON"],
  "truncated-json": [null, "send part of the JSON"],
  "content-type": [{ value: "text/html" }, "respond with a wrong content type"],
  "oversized-body": [{ bytes: 9000000 }, "pad the body, with Content-Length"],
  "oversized-stream": [{ bytes: 9000000 }, "pad the body, without Content-Length"],
  "expire-tokens": [null, "invalidate all access tokens, then handle the call"],
  "revoke-tokens": [null, "invalidate all tokens, then handle the call"],
};

export async function view(_, show) {
  const list = el("div", {});
  async function load() {
    const faults = await control("GET", "/faults");
    refill(list, faults.length === 0 ? el("p", { class: "muted" }, "No faults are active.") :
      table("Active faults; the first one that matches a request affects it",
        ["Fault", "Calls", "Hits", ""], faults.map((fault) => row(
          [el("strong", {}, `${fault.id}. `), el("code", {}, JSON.stringify(fault.fault))],
          calls(fault),
          badge(`${fault.hits}${fault.times ? ` of ${fault.times}` : ""}`, fault.hits ? "warn" : ""),
          el("td", { class: "actions" }, action("Remove", async () => {
            await control("DELETE", `/faults/${fault.id}`);
            say("Removed the fault.");
            await load();
          }, { class: "small danger", "aria-label": `Remove fault ${fault.id}` })),
        ))).element);
  }
  const endpoints = await control("GET", "/endpoints");
  const routes = [...new Set(endpoints.map((it) => it.path)), "/openid/token", "/openid/userinfo"];
  const add = addForm(routes, async (fault) => {
    await control("POST", "/faults", fault);
    say("Injected the fault.");
    await load();
  });
  await load();
  return {
    content: [
      el("div", { class: "bar" }, heading("Faults"), action("Remove all", async () => {
        await control("DELETE", "/faults");
        await show();
      }, { class: "push" })),
      list,
      card("Inject a fault", add),
    ],
    leave: afterRequests(() => attempt(load)),
  };
}

function calls({ method, route, skip, every, headers }) {
  return [
    [method, route].filter(Boolean).join(" ") || "all",
    skip ? `after ${skip}` : "",
    every ? `every ${every}th` : "",
    headers ? `with ${Object.keys(headers).join(", ")}` : "",
  ].filter(Boolean).join(", ");
}

function addForm(routes, submit) {
  const fields = form([
    { name: "kind", label: "Kind", type: "select", options: Object.entries(KINDS).map(([name, [, text]]) => [name, `${name}: ${text}`]), value: "status" },
    { name: "parameters", label: "Parameters", type: "json", value: KINDS.status[0], rows: 3 },
    { name: "method", label: "Method", type: "select", options: [["", "all"], "GET", "POST", "PUT", "DELETE"], value: "" },
    { name: "route", label: "Route", type: "select", options: [["", "all"], ...routes], value: "" },
    { name: "times", label: "Number of calls", type: "number", hint: "Empty: all, until the fault is removed." },
    { name: "skip", label: "Calls that pass first", type: "number" },
    { name: "every", label: "Only every n-th call", type: "number" },
    { name: "headers", label: "Headers of the response, as JSON", type: "json", rows: 3, hint: 'For example: {"retry-after": "1"}' },
  ], "Inject", ({ kind, parameters, method, route, ...others }) => {
    const fault = { fault: KINDS[kind][0] ? { [kind]: parameters ?? {} } : kind };
    if (method) fault.method = method;
    if (route) fault.route = route;
    for (const [name, value] of Object.entries(others)) if (value !== undefined) fault[name] = value;
    return submit(fault);
  });
  const { kind, parameters } = fields.elements;
  const adapt = () => {
    const [defaults] = KINDS[kind.value];
    parameters.value = defaults ? JSON.stringify(defaults) : "";
    parameters.closest(".field").hidden = !defaults;
  };
  kind.addEventListener("change", adapt);
  adapt();
  return fields;
}
