// Namespaces, groups and roles: lists, with forms to add and change.

import { all, api, control as sandbox, encode } from "./api.js";
import { attempt, button, card, confirm, dialog, el, heading, row, say, table } from "./dom.js";
import { changed, choices, form } from "./forms.js";

/** Creates a view of one kind of objects. */
const directory = ({ title, one, path, columns, cells, edit, remove }) => async (_, show) => {
  const objects = await all(path);
  const done = (close, text) => {
    close();
    say(text);
    return show();
  };
  const open = (object) => attempt(async () => {
    const content = await edit(object, async (document, close) => {
      if (object) await api("PUT", `${path}/${encode(object.id)}`, changed(object, document));
      else await api("POST", path, document);
      await done(close, object ? `Saved the ${one}.` : `Added the ${one}.`);
    });
    dialog(object ? `Change ${object.name ?? object.code}` : `Add a ${one}`, (close) => {
      const json = form([
        { name: "document", label: `The ${one}, as JSON`, type: "json", value: object ?? {} },
      ], object ? "Save as JSON" : "Add as JSON", async ({ document }) => {
        if (object) await api("PUT", `${path}/${encode(object.id)}`, changed(object, document ?? {}));
        else await api("POST", path, document ?? {});
        await done(close, object ? `Saved the ${one}.` : `Added the ${one}.`);
      });
      return [content(close), el("details", {}, el("summary", {}, "As JSON"), json)];
    });
  });
  const lines = objects.map((object) => row(...cells(object), el("td", { class: "actions" },
    button("Change", () => open(object), { class: "small", "aria-label": `Change ${object.name ?? object.code}` }),
    button("Delete", () => confirm(`Delete ${object.name ?? object.code}?`, "Delete", async () => {
      await remove(object);
      say(`Deleted the ${one}.`);
      await show();
    }), { class: "small danger", "aria-label": `Delete ${object.name ?? object.code}` }))));
  return {
    content: [
      el("div", { class: "bar" }, heading(title), button(`Add a ${one}`, () => open(), { class: "main push" })),
      table(title, [...columns, ""], lines).element,
    ],
  };
};

const SWITCHES = ["ALLOWED", "DISALLOWED"];
/** The policies of a namespace, in the order of the form. */
const POLICIES = [
  ["minPwLength", "Password: least length", "number"],
  ["minCharClasses", "Password: least number of character classes", "number"],
  ["pwHistorySaved", "Password: earlier ones that are refused", "number"],
  ["maxPwSequenceLength", "Password: longest sequence", "number"],
  ["maxConsecutiveIdenticalChars", "Password: most identical characters in a row", "number"],
  ["passwordUserNameRuleEnforced", "Password must not contain the username", "checkbox"],
  ["passwordDictionaryRuleEnforced", "Password must not be in the dictionary", "checkbox"],
  ["emailVerifyLinkExpireDays", "Days until the link of a verification e-mail expires", "number"],
  ["mobileVerificationAttemptsPerDay", "Text messages per user and day", "number"],
  ["emailVerificationUnlocksUser", "Verifying an e-mail address unlocks the user", "checkbox"],
  ["emailLoginAllowed", "Sign-in by e-mail address", "select", SWITCHES],
  ["mobileLoginAllowed", "Sign-in by mobile number", "select", SWITCHES],
  ["incorrectLoginAttemptsThresh", "Incorrect passwords until lockout", "number"],
  ["incorrectLoginTimeWin", "Time in which they count", "number"],
  ["incorrectLoginLockoutTime", "Time of the lockout", "number"],
  ["deleteMode", "Deleting a user", "select", ["HARD_DELETE", "SOFT_DELETE"]],
  ["hideOnSoftDelete", "Hide users that are marked as deleted", "checkbox"],
];
const USERNAMES = ["EIGHT_NUMBERS", "NINE_NUMBERS", "TEN_NUMBERS", "EIGHT_LOWER_CASE_CHARS", "TEN_LOWER_CASE_CHARS",
  "CVCV", "CVCVCV", "FMLNN", "EMAIL", "MANUAL"];

const defined = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined && value !== ""));

export const namespaces = directory({
  title: "Namespaces",
  one: "namespace",
  path: "/namespace",
  columns: ["Code", "Name", "Usernames"],
  cells: ({ code, name, usernamePolicy }) => [code, name, usernamePolicy],
  remove: ({ code }) => sandbox("DELETE", `/namespaces/${encode(code)}`),
  edit: async (namespace, save) => (close) => {
    const policy = namespace?.defaultGroupPolicy ?? {};
    const fields = [
      namespace ? null : { name: "code", label: "Code", hint: "It cannot be changed later." },
      { name: "name", label: "Name", value: namespace?.name },
      { name: "usernamePolicy", label: "Usernames", type: "select", options: USERNAMES, value: namespace?.usernamePolicy ?? USERNAMES[0] },
      { name: "commMethodMaxQty", label: "E-mail addresses, and mobile numbers, per user", type: "number", value: namespace?.commMethodMaxQty },
      { name: "duplicateNicknamesAllowed", label: "Nicknames may occur twice", type: "checkbox", value: namespace?.duplicateNicknamesAllowed },
      ...(namespace ? POLICIES.map(([name, label, type, options]) => ({ name, label, type, options: type === "select" && !(name in policy) ? ["", ...options] : options, value: policy[name] })) : []),
    ].filter(Boolean);
    return form(fields, namespace ? "Save" : "Add", (given) => {
      const names = POLICIES.map(([name]) => name);
      const own = Object.fromEntries(Object.entries(given).filter(([name]) => !names.includes(name)));
      const policies = Object.fromEntries(Object.entries(given).filter(([name]) => names.includes(name)));
      const document = { ...namespace, ...defined(own) };
      // A policy that is emptied is removed.
      const removed = Object.keys(policy).filter((name) => name in policies && defined(policies)[name] === undefined);
      if (namespace) {
        document.defaultGroupPolicy = { ...policy, ...defined(policies), ...Object.fromEntries(removed.map((name) => [name, null])) };
      }
      return save(document, close);
    });
  },
});

export const groups = directory({
  title: "Groups",
  one: "group",
  path: "/group",
  columns: ["Name", "Namespace", ["Description", "wide"]],
  cells: ({ name, nsCode, description }) => [name, nsCode, el("td", { class: "wide" }, description ?? "")],
  remove: ({ id }) => api("DELETE", `/group/${encode(id)}`),
  edit: async (group, save) => {
    const codes = (await all("/namespace")).map((it) => it.code);
    const others = (await all("/group")).filter((it) => it.id !== group?.id).map((it) => [it.id, `${it.name} (${it.nsCode})`]);
    return (close) => {
      const parents = choices("Member of", others, group?.memberOf ?? []);
      const shown = form([
        group ? null : { name: "nsCode", label: "Namespace", type: "select", options: codes },
        { name: "name", label: "Name", value: group?.name },
        { name: "description", label: "Description", value: group?.description },
        { name: "disallowUsers", label: "No users", type: "checkbox", value: group?.disallowUsers },
        { name: "disallowGroups", label: "No groups", type: "checkbox", value: group?.disallowGroups },
        { name: "disallowContacts", label: "No contacts", type: "checkbox", value: group?.disallowContacts },
        { name: "customFields", label: "Custom fields, as JSON", type: "json", value: group?.customFields, rows: 4 },
      ].filter(Boolean), group ? "Save" : "Add", (given) =>
        save({ ...group, ...given, customFields: given.customFields ?? {}, memberOf: parents.read().all }, close));
      shown.prepend(parents.element);
      return shown;
    };
  },
});

export const roles = async (rest, show) => {
  const shown = await custom(rest, show);
  const builtin = (await all("/role/builtin")).map((role) => row(role.name, el("code", {}, role.id), role.permissions.join(", ")));
  shown.content.push(card("Built-in roles", table("Built-in roles and their permissions", ["Name", "Identifier", "Permissions"], builtin).element));
  return shown;
};

const custom = directory({
  title: "Roles",
  one: "role",
  path: "/role/custom",
  columns: ["Name", "Namespace", ["Permissions", "wide"]],
  cells: ({ name, nsCode, permissions }) => [name, nsCode, el("td", { class: "wide" }, (permissions ?? []).join(", "))],
  remove: ({ id }) => api("DELETE", `/role/custom/${encode(id)}`),
  edit: async (role, save) => {
    const codes = (await all("/namespace")).map((it) => it.code);
    const permissions = (await all("/permission")).map((it) => [it.id, it.id]);
    const groups = (await all("/group")).map((it) => [it.id, `${it.name} (${it.nsCode})`]);
    return (close) => {
      const granted = choices("Permissions", permissions, role?.permissions ?? []);
      const members = choices("Member of", groups, role?.memberOf ?? []);
      const shown = form([
        role ? null : { name: "nsCode", label: "Namespace", type: "select", options: codes },
        { name: "name", label: "Name", value: role?.name },
      ].filter(Boolean), role ? "Save" : "Add", (given) =>
        save({ ...role, ...given, permissions: granted.read().all, memberOf: members.read().all }, close));
      shown.prepend(granted.element, members.element);
      return shown;
    };
  },
});
