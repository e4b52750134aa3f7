// The list of users: search, page through, add.

import { all, api, control as sandbox, encode } from "./api.js";
import { attempt, badge, button, dialog, el, heading, refill, row, say, table } from "./dom.js";
import { afterRequests } from "./events.js";
import { control, form } from "./forms.js";

const COUNT = 50;
/** What was searched last, so that the way back from a user leads to it. */
const search = { filter: "", start: 0 };

export async function view() {
  const filter = control({
    name: "filter",
    label: "Filter",
    value: search.filter,
    hint: 'For example: username sw "ja" and nsCode eq "sandbox"',
  });
  const list = el("div", {});
  let asked = 0;
  async function load(movesFocus = true) {
    const number = ++asked;
    filter.fail("");
    const query = search.filter ? `&filter=${encode(search.filter)}` : "";
    try {
      const page = await api("GET", `/user?startIndex=${search.start}&count=${COUNT}${query}`);
      if (number === asked) refill(list, ...users(page));
    } catch (error) {
      if (number === asked) filter.fail(error.message, movesFocus);
    }
  }
  const go = (start) => {
    search.start = start;
    return load();
  };
  const users = (page) => {
    const { totalResults: total, resources } = page;
    const first = resources.length ? search.start + 1 : 0;
    const last = search.start + resources.length;
    // A rule leaves the total out.
    const hasMore = total === undefined ? resources.length === COUNT : last < total;
    const { element } = table(`Users ${first} to ${last}${total === undefined ? "" : ` of ${total}`}`,
      ["Username", "Name", "Namespace", ["E-mail", "wide"], "State"], resources.map(line));
    return [
      element,
      el("div", { class: "bar" },
        button("Previous page", () => go(Math.max(0, search.start - COUNT)), { disabled: search.start === 0 }),
        button("Next page", () => go(search.start + COUNT), { disabled: !hasMore })),
    ];
  };
  const find = el("form", { class: "bar", role: "search", submit: (event) => {
    event.preventDefault();
    search.filter = filter.input.value.trim();
    go(0);
  } }, filter.element, el("button", { class: "main" }, "Search"),
  button("Show all", () => {
    filter.input.value = search.filter = "";
    go(0);
  }));
  filter.element.classList.add("grow");
  await load();
  return {
    content: [
      el("div", { class: "bar" }, heading("Users"), button("Add a user", () => attempt(() => add(load)), { class: "main push" })),
      find,
      list,
    ],
    leave: afterRequests(() => load(false)),
  };
}

function line(user) {
  const emails = (user.emails ?? []).map((email) =>
    el("div", {}, email.address, " ", email.verified ? badge("verified", "good") : null));
  return row(
    el("a", { href: `#/users/${encode(user.id)}` }, user.username ?? user.id),
    [user.name?.givenName, user.name?.familyName].filter(Boolean).join(" "),
    user.nsCode,
    el("td", { class: "wide" }, emails),
    user.locked ? badge("locked", "bad") : "",
  );
}

async function add(load) {
  const namespaces = (await all("/namespace")).map((namespace) => namespace.code);
  dialog("Add a user", (close) => {
    const created = async (user, password, verified) => {
      const { id } = await api("POST", "/user", { ...user, password });
      for (const value of verified) await sandbox("PUT", `/users/${encode(id)}/verified`, { value, verified: true });
      close();
      say("Added the user.");
      await load();
    };
    const common = form([
      { name: "nsCode", label: "Namespace", type: "select", options: namespaces, value: namespaces[0] },
      { name: "username", label: "Username", hint: "Empty: by the namespace's policy." },
      { name: "password", label: "Password", hint: "Empty: none. It must follow the namespace's policy." },
      { name: "givenName", label: "Given name" },
      { name: "familyName", label: "Family name" },
      { name: "emails", label: "E-mail address" },
      { name: "mobiles", label: "Mobile number" },
      { name: "verified", label: "The address and the number are verified", type: "checkbox" },
      { name: "locked", label: "Locked", type: "checkbox" },
    ], "Add", (given) => {
      const user = { nsCode: given.nsCode };
      if (given.username) user.username = given.username;
      if (given.givenName || given.familyName) user.name = { givenName: given.givenName, familyName: given.familyName };
      if (given.emails) user.emails = [{ address: given.emails }];
      if (given.mobiles) user.mobiles = [{ number: given.mobiles }];
      if (given.locked) user.locked = true;
      const verified = given.verified ? [given.emails, given.mobiles].filter(Boolean) : [];
      return created(user, given.password || undefined, verified);
    });
    const json = form([
      { name: "user", label: "User, with all its fields", type: "json", value: { nsCode: namespaces[0] ?? "", username: "" } },
    ], "Add", ({ user }) => created(user, user.password, []));
    return [common, el("details", {}, el("summary", {}, "As JSON"), json)];
  });
}
