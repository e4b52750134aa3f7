// The frame of the page: navigation, clock, and which view is shown.

import { control } from "./api.js";
import { badge, el, heading } from "./dom.js";
import { afterRequests, follow } from "./events.js";
import * as clients from "./clients.js";
import * as clock from "./clock.js";
import * as contents from "./contents.js";
import * as directory from "./directory.js";
import * as faults from "./faults.js";
import * as ledger from "./ledger.js";
import * as outbox from "./outbox.js";
import * as requests from "./requests.js";
import * as rules from "./rules.js";
import * as user from "./user.js";
import * as users from "./users.js";

/** Name, title and view; a view returns its content, and a function that is called when it is left. */
const VIEWS = [
  ["users", "Users", users.view],
  ["namespaces", "Namespaces", directory.namespaces],
  ["groups", "Groups", directory.groups],
  ["roles", "Roles", directory.roles],
  ["clients", "Clients", clients.view],
  ["outbox", "Outbox", outbox.view],
  ["requests", "Requests", requests.view],
  ["ledger", "Ledger", ledger.view],
  ["faults", "Faults", faults.view],
  ["rules", "Rules", rules.view],
  ["clock", "Clock", clock.view],
  ["contents", "Reset and data", contents.view],
];

const main = document.getElementById("main");
let leave = () => {};
let shown = 0;

/** Shows the view that the address names, such as `#/users` or `#/users/ID`. */
async function show() {
  const [, name, ...rest] = location.hash.split("/");
  const [known, title, view] = VIEWS.find(([key]) => key === name) ?? VIEWS[0];
  const number = ++shown;
  leave();
  leave = () => {};
  for (const link of document.querySelectorAll("#views a")) {
    if (link.hash === `#/${known}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `${title} · Trivore ID sandbox`;
  const isUser = known === "users" && rest.length > 0 && !rest[0].startsWith("?");
  const selected = isUser ? user.view : view;
  let content;
  try {
    content = await selected(rest.map(decodeURIComponent).join("/"), show);
  } catch (error) {
    content = { content: [heading(title), el("p", { class: "error", role: "alert" }, error.message)] };
  }
  // Another view may have been selected meanwhile.
  if (number !== shown) {
    content.leave?.();
    return;
  }
  leave = content.leave ?? (() => {});
  main.replaceChildren(...content.content);
  main.dataset.view = known;
  if (number > 1) main.querySelector("h1")?.focus();
}

document.getElementById("views").append(...VIEWS.map(([name, title]) =>
  el("li", {}, el("a", { href: `#/${name}` }, title))));
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});

const state = document.getElementById("stream");
follow((text, kind) => {
  const now = badge(text, kind);
  state.className = now.className;
  state.textContent = text;
});

// The clock is read when it may have changed, and runs here in between.
let clockRead;
async function readClock() {
  try {
    const { now, frozen } = await control("GET", "/clock");
    clockRead = { time: Date.parse(now), frozen, at: performance.now() };
    tick();
  } catch { /* The stream shows that the sandbox does not respond. */ }
}
function tick() {
  if (!clockRead) return;
  const { time, frozen, at } = clockRead;
  const now = new Date(frozen ? time : time + performance.now() - at);
  if (Number.isNaN(now.getTime())) return;
  const shown = document.getElementById("now");
  shown.dateTime = now.toISOString();
  shown.textContent = `${now.toISOString().replace("T", " ").slice(0, 19)}${frozen ? " (frozen)" : ""}`;
}
readClock();
setInterval(tick, 1000);
afterRequests(readClock);
addEventListener("clock", readClock);
addEventListener("hashchange", () => {
  document.querySelectorAll("dialog").forEach((dialog) => dialog.close());
  show();
});
show();
