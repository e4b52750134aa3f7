// Builds elements. All content is set as text, so nothing that is stored can become markup.

/** Creates an element; attributes that are functions are listeners, and `false` leaves one out. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value != null) element.setAttribute(key, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return element;
}

export const button = (text, click, attributes = {}) =>
  el("button", { type: "button", click, ...attributes }, text);

/** Creates a button whose action may fail; the error is shown as a message. */
export const action = (text, run, attributes = {}) =>
  button(text, (event) => attempt(() => run(event)), attributes);

/** Creates a heading that gets the focus when its view is shown. */
export const heading = (text) => el("h1", { tabindex: "-1" }, text);

export const card = (title, ...children) => {
  const id = newId();
  return el("section", { class: "card", "aria-labelledby": id }, el("h2", { id }, title), ...children);
};

export const badge = (text, kind = "") => el("span", { class: `badge ${kind}` }, text);

/** Creates a table; a column is a title, or a title and a class. */
export function table(caption, columns, rows) {
  const head = columns.map((column) => {
    const [title, kind] = [column].flat();
    return title ? el("th", { scope: "col", class: kind }, title) : el("td", { class: kind });
  });
  const body = el("tbody", {}, rows);
  const scroller = el("div", { class: "table", tabindex: "0", role: "region", "aria-label": caption },
    el("table", {}, el("caption", {}, caption), el("thead", {}, el("tr", {}, head)), body));
  return { element: scroller, body };
}

export const row = (...cells) =>
  el("tr", {}, cells.map((cell) => (cell instanceof Element && /^T[DH]$/.test(cell.tagName) ? cell : el("td", {}, cell ?? ""))));

/** Creates a list of terms; values that are missing are left out. */
export const terms = (entries) =>
  el("dl", {}, entries.filter(([, value]) => value != null && value !== "")
    .map(([term, value]) => [el("dt", {}, term), el("dd", {}, value)]));

/** Shows a text whose parts between backticks are code. */
export const prose = (text) => text.split("`").map((part, index) => (index % 2 ? el("code", {}, part) : part));

/** Shows a time of the sandbox, without the date if it is today's. */
export function time(iso) {
  const shown = iso?.startsWith(new Date().toISOString().slice(0, 10)) ? iso.slice(11, 19) : iso?.replace("T", " ").slice(0, 19);
  return el("time", { datetime: iso, title: iso }, shown ?? "");
}

export const pretty = (value) => JSON.stringify(value, null, 2);

/** Shows JSON with indentation, and any other text as it is. */
export function code(text, label) {
  let shown = text;
  try { shown = pretty(JSON.parse(text)); } catch { /* It is not JSON. */ }
  return scrollable(label, shown);
}

/** Shows preformatted text, through which the keyboard can scroll as well. */
export const scrollable = (label, ...text) => el("pre", { tabindex: "0", role: "region", "aria-label": label }, text);

/** Creates a switch; it goes back if `change` fails, which gets its new state. */
export function toggle(isOn, attributes, change) {
  const box = el("input", { type: "checkbox", role: "switch", checked: isOn, ...attributes, change: () => attempt(async () => {
    try {
      await change(box.checked);
    } catch (error) {
      box.checked = !box.checked;
      throw error;
    }
  }) });
  return box;
}

/** Replaces the content of an element, and keeps the focus on what is still there. */
export function refill(element, ...children) {
  const name = (it) => it.getAttribute("aria-label") ?? `${it.tagName} ${it.textContent}`;
  const focused = element.contains(document.activeElement) ? name(document.activeElement) : null;
  element.replaceChildren(...children);
  if (focused === null) return;
  const same = [...element.querySelectorAll("a, button, input, [tabindex]")].find((it) => name(it) === focused);
  same?.focus();
}

let ids = 0;
export const newId = () => `e${++ids}`;

let timer;
/** Says something to everyone, also to screen readers. */
export function say(text) {
  const status = document.getElementById("status");
  status.textContent = text;
  clearTimeout(timer);
  timer = setTimeout(() => { status.textContent = ""; }, 6000);
}

/** Returns an error that a form shows at one of its fields. */
export const fieldError = (field, message) => Object.assign(new Error(message), { field });

/** Runs an action, and says why it failed. */
export async function attempt(run) {
  try {
    return await run();
  } catch (error) {
    say(error.message);
    return undefined;
  }
}

/** Opens a dialog; `fill` returns its content, and may close it. */
export function dialog(title, fill) {
  const id = newId();
  const close = () => box.close();
  const head = el("div", { class: "head" }, el("h2", { id }, title), button("Close", close, { class: "small" }));
  const box = el("dialog", { "aria-labelledby": id }, head, fill(close));
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
  return box;
}

/** Asks before something is lost. */
export const confirm = (question, verb, run) =>
  dialog(question, (close) => {
    const error = el("p", { class: "error", role: "alert" });
    const go = async () => {
      try {
        await run();
        close();
      } catch (failed) {
        error.textContent = failed.message;
      }
    };
    return [error, el("div", { class: "bar" }, button("Cancel", close), button(verb, go, { class: "danger" }))];
  });

/** Creates a button that copies a text. */
export const copy = (text, label = "Copy") =>
  action(label, async () => {
    if (!navigator.clipboard) throw new Error("Browsers allow copying only on localhost and with HTTPS.");
    await navigator.clipboard.writeText(text);
    say("Copied.");
  }, { class: "small" });

/** Saves a text as a file. */
export function download(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
