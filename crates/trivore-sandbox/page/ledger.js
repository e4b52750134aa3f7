// Changes that were applied.

import { control, encode, records } from "./api.js";
import { action, attempt, el, heading, refill, row, say, table, time } from "./dom.js";
import { afterRequests } from "./events.js";

export async function view(_, show) {
  const list = el("div", {});
  let newest = [];
  let last = 0;
  async function load() {
    // A reset takes the numbers back.
    const first = await records("ledger", 0, 1);
    if (last > 0 && (await records("ledger", last - 1, 1)).entries[0]?.number !== last) {
      newest = [];
      last = 0;
    }
    if (first.entries.length === 0) newest = [];
    for (let more = true; more;) {
      const page = await records("ledger", last, 1000);
      newest = [...page.entries.reverse(), ...newest].slice(0, SHOWN);
      last = newest[0]?.number ?? last;
      more = page.hasMore;
    }
    refill(list, newest.length === 0 ? el("p", { class: "muted" }, "Nothing has changed.") :
      table(`The newest ${newest.length} of ${last - (first.entries[0]?.number ?? 1) + 1} changes`,
        ["Change", "Identifier", "Time"],
        newest.map((it) => row(`${it.operation} ${it.kind}`, subject(it), time(it.time)))).element);
  }
  await load();
  return {
    content: [
      el("div", { class: "bar" }, heading("Ledger"), action("Clear the ledger", async () => {
        await control("DELETE", "/ledger");
        say("Cleared the ledger.");
        await show();
      }, { class: "push" })),
      el("p", { class: "muted" }, "Each change that was applied, and each message that was sent, also if the client got no response."),
      list,
    ],
    leave: afterRequests(() => attempt(load)),
  };
}

function subject({ kind, operation, id }) {
  const isUser = kind === "user" && operation !== "delete";
  return isUser ? el("a", { href: `#/users/${encode(id)}` }, id) : el("code", {}, id);
}

const SHOWN = 200;
