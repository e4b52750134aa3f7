// One user: all that can be changed.

import { all, api, control as sandbox, encode } from "./api.js";
import { action, attempt, badge, card, confirm, copy, el, fieldError, heading, row, say, table, terms, toggle } from "./dom.js";
import { changed, choices, form } from "./forms.js";

export async function view(id, show) {
  const path = `/user/${encode(id)}`;
  const user = await api("GET", path);
  const [groups, builtin, custom, permissions, mine, myBuiltin, myCustom, effective] = await Promise.all([
    all("/group"), all("/role/builtin"), all("/role/custom"), all("/permission"),
    api("GET", `${path}/permissions/custom`), api("GET", `${path}/roles/builtin`),
    api("GET", `${path}/roles/custom`), api("GET", `${path}/permissions/effective`),
  ]);
  const save = async (document, what = "Saved.") => {
    await api("PUT", path, document);
    say(what);
    await show();
  };
  const own = (objects) => objects.filter((it) => it.nsCode === user.nsCode).map((it) => [it.id, it.name]);
  return {
    content: [
      el("p", {}, el("a", { href: "#/users" }, "All users")),
      el("div", { class: "bar" },
        heading(user.username ?? id),
        user.locked ? badge("locked", "bad") : null,
        action(user.locked ? "Unlock" : "Lock",
          () => save({ ...user, locked: !user.locked }, user.locked ? "Unlocked the user." : "Locked the user."),
          { class: "push" }),
        action("Delete", () => confirm(`Delete ${user.username}?`, "Delete", async () => {
          await api("DELETE", path);
          say("Deleted the user.");
          location.hash = "#/users";
        }), { class: "danger" })),
      el("div", { class: "columns" },
        el("div", {}, common(user, save), contacts(user, path, show), password(path)),
        el("div", {},
          memberships(user, own(groups), save),
          grants("Roles", [
            ["Built-in roles", builtin.map((it) => [it.id, it.name]), myBuiltin, `${path}/roles/builtin`],
            ["Custom roles", own(custom), myCustom, `${path}/roles/custom`],
          ], show),
          grants("Permissions", [
            ["Granted directly", permissions.map((it) => [it.id, it.id]), mine, `${path}/permissions/custom`],
          ], show, el("p", { class: "hint" }, `In effect: ${effective.join(", ") || "none"}`)))),
      customFields(user, save),
      document_(user, save),
    ],
  };
}

const COMMON = [
  { name: "username", label: "Username" },
  { name: "givenName", label: "Given name" },
  { name: "middleName", label: "Middle name" },
  { name: "familyName", label: "Family name" },
  { name: "nickName", label: "Nickname" },
  { name: "userAccountType", label: "Kind of account", type: "select", options: ["PERSON", "LEGAL_ENTITY"] },
  { name: "locale", label: "Locale", hint: "For example: fi-FI" },
  { name: "timeZone", label: "Time zone" },
  { name: "dateOfBirth", label: "Date of birth", hint: "For example: 1990-12-31" },
  { name: "mfaMethod", label: "Second factor", type: "select", options: ["", "TOTP", "SMS", "EMAIL", "NONE"] },
  { name: "tags", label: "Tags", hint: "Separated by commas." },
  { name: "locked", label: "Locked", type: "checkbox" },
];
const NAMES = ["givenName", "middleName", "familyName"];

function common(user, save) {
  const value = (name) => {
    if (NAMES.includes(name)) return user.name?.[name];
    return name === "tags" ? (user.tags ?? []).join(", ") : user[name];
  };
  return card("Common fields",
    terms([["Identifier", [el("code", {}, user.id), " ", copy(user.id)]], ["Namespace", user.nsCode]]),
    form(COMMON.map((field) => ({ ...field, value: value(field.name) })), "Save", (given) => {
      const document = { ...user, name: { ...user.name } };
      for (const [name, now] of Object.entries(given)) {
        if (name === "tags") document.tags = now.split(",").map((tag) => tag.trim()).filter(Boolean);
        else if (NAMES.includes(name)) set(document.name, name, now);
        else set(document, name, now);
      }
      return save(changed(user, document));
    }));
}

/** Sets a field, or removes it if there is no text. */
function set(document, name, value) {
  if (value === "") delete document[name];
  else document[name] = value;
}

function contacts(user, path, show) {
  const lines = [["emails", "address", "email/verify"], ["mobiles", "number", "sms/verify/sendLink"]].flatMap(([list, key, verify]) =>
    (user[list] ?? []).map((item) => {
      const value = item[key];
      const verified = toggle(!!item.verified, { "aria-label": `${value} is verified` }, async (isOn) => {
        await sandbox("PUT", `/users/${encode(user.id)}/verified`, { value, verified: isOn });
        say(isOn ? "Marked as verified." : "Marked as not verified.");
        // The switch is right, also if this fails.
        attempt(show);
      });
      return row(value, el("label", {}, verified, " verified"), el("td", { class: "actions" },
        action("Send a link", async () => {
          await api("POST", `${path}/${verify}`, { value });
          say("The message is in the outbox.");
        }, { class: "small", "aria-label": `Send a link to ${value}` }),
        action("Remove", async () => {
          await api("PUT", path, { ...user, [list]: user[list].filter((it) => it !== item) });
          await show();
        }, { class: "small", "aria-label": `Remove ${value}` })));
    }));
  const added = form([
    { name: "emails", label: "Another e-mail address" },
    { name: "mobiles", label: "Another mobile number" },
  ], "Add", async ({ emails, mobiles }) => {
    const document = { ...user };
    if (emails) document.emails = [...(user.emails ?? []), { address: emails }];
    if (mobiles) document.mobiles = [...(user.mobiles ?? []), { number: mobiles }];
    await api("PUT", path, document);
    await show();
  });
  return card("Addresses and numbers", lines.length ? table("Addresses and numbers, and whether they are verified", ["Value", "Verified", ""], lines).element : null, added);
}

function password(path) {
  return card("Password", form([
    { name: "newPassword", label: "New password" },
  ], "Set the password", async ({ newPassword }) => {
    const result = await api("PUT", `${path}/password`, { newPassword });
    if (!result.success) {
      const reasons = result.validationErrors.map((it) => it.message ?? it.code);
      throw fieldError("newPassword", reasons.join("\n"));
    }
    say("Set the password.");
  }));
}

function memberships(user, groups, save) {
  const boxes = choices("Member of", groups, user.memberOf ?? []);
  return card("Groups", boxes.element,
    action("Save the groups", () => {
      const elsewhere = (user.memberOf ?? []).filter((id) => !groups.some(([known]) => known === id));
      return save({ ...user, memberOf: [...elsewhere, ...boxes.read().all] }, "Saved the groups.");
    }));
}

function grants(title, lists, show, ...more) {
  const shown = lists.map(([label, options, chosen, path]) => ({ path, ...choices(label, options, chosen) }));
  return card(title, shown.map((it) => it.element), more, action(`Save the ${title.toLowerCase()}`, async () => {
    for (const { path, read } of shown) {
      const { add, remove } = read();
      if (add.length || remove.length) await api("PUT", path, { add, remove });
    }
    say("Saved.");
    await show();
  }));
}

function customFields(user, save) {
  return card("Custom fields", form([
    { name: "customFields", label: "Custom fields, as JSON", type: "json", value: user.customFields ?? {} },
  ], "Save the custom fields", ({ customFields }) => save({ ...user, customFields: customFields ?? {} }, "Saved the custom fields.")));
}

function document_(user, save) {
  return card("All fields", form([
    { name: "document", label: "The user, as JSON", type: "json", value: user, rows: 24, hint: "What is missing here is removed, except what the service keeps." },
  ], "Save all fields", ({ document }) => save(changed(user, document ?? {}))));
}
