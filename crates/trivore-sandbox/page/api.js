// Calls the sandbox: its control endpoints, and the Management API.

/** Calls a control endpoint. */
export const control = async (method, path, body) => (await call(method, `/sandbox${path}`, body)).value;

/** Calls the Management API; the call leaves no trace in the requests, and no fault affects it. */
export async function api(method, path, body) {
  const headers = { authorization: await authorization(), "x-sandbox-bypass": "true" };
  return (await call(method, `/api/rest/v1${path}`, body, headers)).value;
}

/** Returns the entries of a log after a number, and whether there are more. */
export async function records(log, after, count) {
  const { value, response } = await call("GET", `/sandbox/${log}?after=${after}&count=${count}`);
  return { entries: value, hasMore: response.headers.has("link") };
}

/** Returns a text as the sandbox sends it. */
export const text = async (path) => (await call("GET", `/sandbox${path}`, undefined, {}, true)).value;

/** Returns all objects of a list of the Management API. */
export async function all(path) {
  const found = [];
  for (;;) {
    const page = await api("GET", `${path}?startIndex=${found.length}&count=500`);
    const list = Array.isArray(page) ? page : page.resources;
    // Under a rule, every page is the first one.
    if (found.length && list[0]?.id === found[0].id) return found;
    found.push(...list);
    if (Array.isArray(page) || list.length < 500) return found;
  }
}

async function call(method, path, body, headers = {}, isText = false) {
  const options = { method, headers: { accept: "application/json", ...headers } };
  if (body !== undefined) {
    options.headers["content-type"] = "application/json";
    options.body = typeof body === "string" ? body : JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Error("The sandbox does not respond. Is it still running?");
  }
  const content = await response.text();
  if (!response.ok) {
    let message;
    try { message = JSON.parse(content).errorMessage; } catch { /* It has no message. */ }
    throw new Error(message ?? `The sandbox responded with ${response.status}.`);
  }
  return { response, value: isText || content === "" ? content : JSON.parse(content) };
}

let known;
async function authorization() {
  known ??= control("GET", "/credentials");
  try {
    const { api: client } = await known;
    return basic(client.id, client.secret);
  } catch (error) {
    known = undefined;
    throw error;
  }
}

/** Returns the header of Basic credentials. */
const basic = (id, secret) =>
  `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(`${id}:${secret}`)))}`;

export const encode = encodeURIComponent;
