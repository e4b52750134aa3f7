// Runs the JavaScript example of the sandbox's README with openid-client, against a sandbox.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";

const [readme, address, folder, version] = process.argv.slice(2);
let cookie = "";

const open = async (url, options = {}) => {
  const response = await fetch(url, { redirect: "manual", ...options, headers: { cookie } });
  const [given] = response.headers.getSetCookie();
  cookie = given?.split(";")[0] ?? cookie;
  return response;
};

/** Opens a page, fills in its form, and returns the address to which the browser is sent. */
globalThis.browser = async (url) => {
  const page = await open(url);
  if (page.headers.has("location")) return page.headers.get("location");
  const text = await page.text();
  const action = text.match(/action="([^"]*)"/)?.[1];
  assert.ok(action, text);
  const fields = new URLSearchParams({ username: "operator", password: "Sandbox-Operator-9" });
  for (const [, name, value] of text.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)) {
    fields.set(name, value);
  }
  const next = await open(new URL(action, url), { method: "POST", body: fields });
  assert.ok(next.headers.has("location"), await next.text());
  return next.headers.get("location");
};

const text = await readFile(readme, "utf8");
const section = text.split("\n## Sign in from your app\n")[1].split("\n## ")[0];
const example = section.split("```javascript\n")[1].split("```")[0];
assert.ok(example.includes("http://127.0.0.1:8478"), "the example names no sandbox");
const module = `${folder}/example.mjs`;
const results = "\nexport { claims, user, tokens, renewed, signOut, url };\n";
await writeFile(module, example.replace("http://127.0.0.1:8478", address) + results);

const { claims, user, tokens, renewed, signOut, url } = await import(module);

assert.equal(claims.iss, address);
assert.equal(claims.sub, user.sub);
assert.equal(user.preferred_username, "operator");
assert.notEqual(renewed.access_token, tokens.access_token);
assert.equal(signOut, "http://localhost:3000/?state=bye");
url.searchParams.set("prompt", "none");
assert.match(await browser(url), /error=login_required/);

// A rotated key is found in the key set.
assert.ok((await fetch(`${address}/sandbox/keys/rotate`, { method: "POST" })).ok);
const again = await import(`${module}?again`);
assert.notEqual(again.tokens.id_token, tokens.id_token);
console.log(`openid-client ${version} signs in, refreshes and signs out`);
