// Received requests, as they come.

import { control, records } from "./api.js";
import { action, badge, button, code, copy, dialog, el, heading, row, say, table, terms, time } from "./dom.js";
import { requests, stream } from "./events.js";

export async function view() {
  const { element, body } = table("Received requests, newest first",
    ["Request", "Status", ["Caller", "wide"], ["Fault", "wide"], ["Time", "wide"]], requests.map(line));
  const none = el("p", { class: "muted" }, "There are no requests yet. Those of this page are not shown.");
  const count = () => { none.hidden = requests.length > 0; };
  count();
  const add = ({ detail }) => {
    const added = line(detail);
    added.className = "new";
    body.prepend(added);
    while (body.rows.length > requests.length) body.lastElementChild.remove();
    count();
  };
  const clear = () => {
    body.replaceChildren();
    count();
  };
  stream.addEventListener("request", add);
  stream.addEventListener("clear", clear);
  return {
    content: [
      el("div", { class: "bar" }, heading("Requests"), action("Clear the requests", async () => {
        await control("DELETE", "/requests");
        say("Cleared the requests.");
      }, { class: "push" })),
      none,
      element,
    ],
    leave: () => {
      stream.removeEventListener("request", add);
      stream.removeEventListener("clear", clear);
    },
  };
}

function line(request) {
  const target = `${request.path}${request.query ? `?${request.query}` : ""}`;
  return row(
    button(`${request.method} ${target}`, (event) => open(request, event), { class: "path" }),
    status(request.status),
    el("td", { class: "wide number" }, request.caller ?? ""),
    el("td", { class: "wide number" }, request.fault ? `fault ${request.fault}` : ""),
    el("td", { class: "wide" }, time(request.time)),
  );
}

function status(number) {
  if (number === null) return badge("no response", "bad");
  return badge(number, number < 400 ? "good" : number < 500 ? "warn" : "bad");
}

async function open({ number }) {
  let request;
  try {
    const { entries } = await records("requests", number - 1, 1);
    request = entries[0];
    if (request?.number !== number) throw new Error("This request is no longer kept.");
  } catch (error) {
    say(error.message);
    return;
  }
  const curl = asCurl(request);
  const { response } = request;
  dialog(`${request.method} ${request.path}`, () => [
    terms([
      ["Status", status(request.status)],
      ["Time", time(request.time)],
      ["Query", request.query && el("code", {}, request.query)],
      ["Caller", request.caller],
      ["Fault", request.fault && el("a", { href: "#/faults" }, `fault ${request.fault}`)],
      ["Request identifier", el("code", {}, request.requestId)],
    ]),
    part("Request", request.headers, request.body),
    response ? part("Response", response.headers, response.body ?? `(${response.bodyLength ?? "an unknown number of"} bytes, which are not kept)`) : null,
    el("h3", {}, "As curl"),
    el("pre", { tabindex: "0", role: "region", "aria-label": "As curl" }, curl),
    el("p", {}, copy(curl, "Copy the command")),
  ]);
}

function part(title, headers, body) {
  const lines = headers.map(([name, value]) => `${name}: ${value}\n`).join("");
  return [
    el("h3", {}, title),
    el("details", {}, el("summary", {}, `${headers.length} headers`), el("pre", { tabindex: "0", role: "region", "aria-label": `Headers of the ${title.toLowerCase()}` }, lines)),
    body ? code(body, `Body of the ${title.toLowerCase()}`) : el("p", { class: "muted" }, "No body."),
  ];
}

/** Writes a command that sends the same request again. */
export function asCurl({ method, path, query, headers, body }) {
  const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const url = `${location.origin}${path}${query ? `?${query}` : ""}`;
  // curl would take brackets and braces as patterns.
  const parts = [/[[\]{}]/.test(url) ? "curl -i --globoff" : "curl -i"];
  // With a body, curl would send a POST, and without one a GET.
  if (method !== (body ? "POST" : "GET")) parts.push(method === "HEAD" ? "--head" : `-X ${/^[A-Z]+$/.test(method) ? method : quote(method)}`);
  parts.push(quote(url));
  for (const [name, value] of headers) {
    // A header without a value ends with a semicolon: with a colon, curl would leave it out.
    if (!OWN.includes(name)) parts.push(`-H ${quote(value === "" ? `${name};` : `${name}: ${value}`)}`);
  }
  // Unlike the other options, this one does not read the file that a text after `@` names.
  if (body) parts.push(`--data-raw ${quote(body)}`);
  return parts.join(" \\\n  ");
}

/** Headers that curl sets by itself. */
const OWN = ["host", "content-length", "connection", "transfer-encoding", "accept-encoding", "user-agent", "x-request-id"];
