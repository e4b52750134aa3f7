// Forms whose errors are shown beside their fields.

import { el, fieldError, newId, pretty } from "./dom.js";

/**
 * Creates a form.
 *
 * A field has `name`, `label`, and optionally `type` (text, number, checkbox, select, json),
 * `value`, `options` and `hint`. `submit` gets the values by name; its error
 * is shown at the field that it names.
 */
export function form(fields, verb, submit) {
  const shown = fields.map(control);
  const error = el("p", { class: "error", role: "alert" });
  const send = el("button", { class: "main" }, verb);
  const element = el("form", { novalidate: true }, shown.map((field) => field.element), error,
    el("div", { class: "bar" }, send));
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    shown.forEach((field) => field.fail(""));
    error.textContent = "";
    send.disabled = true;
    try {
      await submit(Object.fromEntries(shown.map((field) => [field.name, field.read()])));
    } catch (failed) {
      const field = failed.field ?? /Field "([a-zA-Z]+)/.exec(failed.message)?.[1];
      const at = shown.find((it) => it.name === field);
      if (at) at.fail(failed.message);
      else error.textContent = failed.message;
    } finally {
      send.disabled = false;
    }
  });
  return element;
}

/** Creates one field with its label, its hint and its error. */
export function control({ name, label, type = "text", value, options = [], hint, rows = 10 }) {
  const id = newId();
  const attributes = { id, name, "aria-describedby": `${id}h ${id}e` };
  let input;
  if (type === "select") {
    input = el("select", attributes, options.map((option) => {
      const [key, text] = [option, option].flat();
      return el("option", { value: key, selected: key === value }, text || "(none)");
    }));
  } else if (type === "json") {
    input = el("textarea", { ...attributes, rows, spellcheck: "false" });
    input.value = value === undefined ? "" : pretty(value);
  } else {
    input = el("input", { ...attributes, type, autocomplete: "off", checked: type === "checkbox" && !!value });
    if (type !== "checkbox") input.value = value ?? "";
  }
  const error = el("p", { class: "error", id: `${id}e`, role: "alert" });
  const about = el("p", { class: "hint", id: `${id}h` }, hint ?? "");
  const element = type === "checkbox"
    ? el("div", { class: "field check" }, el("label", {}, input, ` ${label}`), about, error)
    : el("div", { class: "field" }, el("label", { for: id }, label), input, about, error);
  const fail = (message, movesFocus = true) => {
    error.textContent = message;
    if (message) {
      input.setAttribute("aria-invalid", "true");
      if (movesFocus) input.focus();
    } else {
      input.removeAttribute("aria-invalid");
    }
  };
  const read = () => {
    if (type === "checkbox") return input.checked;
    if (type === "number") return input.value === "" ? undefined : Number(input.value);
    if (type !== "json") return input.value;
    try {
      return input.value.trim() === "" ? undefined : JSON.parse(input.value);
    } catch (wrong) {
      throw fieldError(name, `This is not JSON: ${wrong.message}`);
    }
  };
  return { name, element, input, fail, read };
}

/** Creates a group of check boxes; `read` returns what was added and removed. */
export function choices(label, options, chosen) {
  const boxes = options.map(([key, text]) => {
    const box = el("input", { type: "checkbox", checked: chosen.includes(key) });
    return { key, box, element: el("label", {}, box, ` ${text}`, el("br")) };
  });
  const element = el("fieldset", {}, el("legend", {}, label),
    boxes.length ? boxes.map((it) => it.element) : el("p", { class: "hint" }, "There are none."));
  const checked = () => boxes.filter((it) => it.box.checked).map((it) => it.key);
  const read = () => {
    const now = checked();
    return {
      all: now,
      add: now.filter((key) => !chosen.includes(key)),
      remove: chosen.filter((key) => !now.includes(key)),
    };
  };
  return { element, read };
}

/** Returns a changed document for a PUT, which removes what is missing in it. */
export function changed(before, after) {
  const removed = Object.keys(before).filter((key) => !(key in after));
  return { ...after, ...Object.fromEntries(removed.map((key) => [key, null])) };
}
