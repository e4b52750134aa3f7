// Clients of the Management API and of OpenID Connect.

import { all, control, encode } from "./api.js";
import { attempt, badge, button, card, confirm, copy, dialog, el, heading, row, say, table, terms } from "./dom.js";
import { choices, form } from "./forms.js";

export async function view(_, show) {
  const [clients, known] = await Promise.all([control("GET", "/clients"), control("GET", "/credentials")]);
  const list = (items, none) => (items === null ? none : items.join(", ") || "none");
  const remove = ({ id }) => el("td", { class: "actions" }, button("Remove", () =>
    confirm(`Remove ${id} and its tokens?`, "Remove", async () => {
      await control("DELETE", `/clients/${encode(id)}`);
      say("Removed the client.");
      await show();
    }), { class: "small danger", "aria-label": `Remove ${id}` }));
  const secret = ({ id, secret: text }) => [["Identifier", [el("code", {}, id), " ", copy(id)]],
    ["Secret", text && [el("code", {}, text), " ", copy(text, "Copy the secret")]]];
  const open = (title, content) => attempt(async () => {
    const fill = await content(async (path, client, close) => {
      await control("POST", path, client);
      close();
      say("Added the client.");
      await show();
    });
    dialog(title, fill);
  });
  return {
    content: [
      heading("Clients"),
      el("div", { class: "columns" },
        card("Default Management API client", terms(secret(known.api))),
        card("Default OIDC client", terms(secret(known.oidc))),
        known.operator ? card("Operator", terms([["Username", known.operator.username], ["Password", el("code", {}, known.operator.password)]])) : null),
      el("div", { class: "bar" },
        button("Add a Management API client", () => open("Add a Management API client", apiClient), { class: "main" }),
        button("Add an OIDC client", () => open("Add an OIDC client", oidcClient), { class: "main" })),
      table("Management API clients", ["Identifier", "Permissions", "Namespaces", ["Primary namespace", "wide"], ""],
        clients.api.map((client) => row(el("code", {}, client.id), list(client.permissions, "all"), list(client.namespaces, "all"),
          el("td", { class: "wide" }, client.primaryNamespace ?? ""), remove(client)))).element,
      table("OIDC clients", ["Identifier", "Kind", ["Redirect URI", "wide"], "Permissions", ""],
        clients.oidc.map((client) => row(el("code", {}, client.id), badge(client.public ? "public" : "confidential"),
          el("td", { class: "wide" }, client.redirectUri ?? ""), list(client.permissions, "all"), remove(client)))).element,
    ],
  };
}

async function apiClient(save) {
  const permissions = (await all("/permission")).map((it) => [it.id, it.id]);
  const codes = (await all("/namespace")).map((it) => it.code);
  return (close) => {
    const granted = choices("Permissions (none selected: all)", permissions, []);
    const accessed = choices("Namespaces (none selected: all)", codes.map((code) => [code, code]), []);
    const shown = form([
      { name: "id", label: "Identifier" },
      { name: "secret", label: "Secret" },
      { name: "primaryNamespace", label: "Primary namespace", type: "select", options: ["", ...codes] },
    ], "Add", ({ id, secret, primaryNamespace }) => {
      const client = { id, secret };
      if (granted.read().all.length) client.permissions = granted.read().all;
      if (accessed.read().all.length) client.namespaces = accessed.read().all;
      if (primaryNamespace) client.primaryNamespace = primaryNamespace;
      return save("/clients/api", client, close);
    });
    shown.prepend(granted.element, accessed.element);
    return shown;
  };
}

async function oidcClient(save) {
  return (close) => form([
    { name: "id", label: "Identifier" },
    { name: "secret", label: "Secret", hint: "Empty: the client is public." },
    { name: "redirectUri", label: "Redirect URI", hint: "For example: http://localhost:3000/callback" },
  ], "Add", (given) => {
    const client = Object.fromEntries(Object.entries(given).filter(([, value]) => value));
    return save("/clients/oidc", { id: "", ...client }, close);
  });
}
