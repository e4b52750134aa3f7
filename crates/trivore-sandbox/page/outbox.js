// E-mails and text messages, as a person would see them.

import { control, encode, records } from "./api.js";
import { action, attempt, badge, card, copy, el, heading, refill, say, scrollable, terms, time } from "./dom.js";
import { afterRequests } from "./events.js";

export async function view(_, show) {
  const list = el("div", {});
  const messages = [];
  async function load() {
    let { entries, hasMore } = await records("outbox", 0, 1000);
    messages.length = 0;
    messages.push(...entries);
    while (hasMore) {
      ({ entries, hasMore } = await records("outbox", entries.at(-1).number, 1000));
      messages.push(...entries);
    }
    const shown = messages.slice(-SHOWN).reverse();
    const hidden = messages.length - shown.length;
    refill(list,
      el("p", { class: "muted" }, messages.length === 0 ? "No messages were sent." :
        `${messages.length} messages${hidden ? `, of which the newest ${SHOWN} are shown` : ""}.`),
      ...shown.map(message));
  }
  await load();
  return {
    content: [
      el("div", { class: "bar" }, heading("Outbox"), action("Clear the outbox", async () => {
        await control("DELETE", "/outbox");
        say("Cleared the outbox.");
        await show();
      }, { class: "push" })),
      list,
    ],
    leave: afterRequests(() => attempt(load)),
  };
}

function message({ kind, to, subject, text, link, code, time: sent, userId }) {
  const isEmail = kind === "EMAIL";
  return card(subject ?? `Text message to ${to}`,
    terms([
      ["Kind", badge(isEmail ? "e-mail" : "text message")],
      ["To", to],
      ["Sent", time(sent)],
      ["User", userId && el("a", { href: `#/users/${encode(userId)}` }, userId)],
    ]),
    scrollable(`Text of the message to ${to}`, linked(text, link)),
    code ? el("p", {}, el("strong", { class: "code" }, code), " ", copy(code, "Copy the code")) : null,
    link ? el("p", {}, copy(link, "Copy the link")) : null);
}

/** Makes the link of a message work. Only addresses of the web do: any text may be stored. */
function linked(text, link) {
  const start = link && /^https?:\/\//.test(link) ? text.indexOf(link) : -1;
  if (start < 0) return text;
  return [text.slice(0, start), el("a", { href: link, target: "_blank", rel: "noopener" }, link), text.slice(start + link.length)];
}

const SHOWN = 100;
