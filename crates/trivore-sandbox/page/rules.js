// Rules, as switches with their explanation.

import { control } from "./api.js";
import { badge, card, el, heading, newId, prose, say, toggle } from "./dom.js";

export async function view() {
  const rules = await control("GET", "/rules");
  return {
    content: [
      heading("Rules"),
      el("p", { class: "muted" }, "The public documents of the service leave these open. A change takes effect with the next request; a reset takes it back."),
      card("Behavior", rules.map(rule)),
    ],
  };
}

function rule({ name, on, documented, text }) {
  const about = newId();
  const box = toggle(on, { name, "aria-describedby": about }, async (isOn) => {
    await control("PUT", "/rules", { [name]: isOn });
    say(`${name} is ${isOn ? "on" : "off"}.`);
  });
  return el("div", { class: "field check" },
    el("label", {}, box, " ", el("strong", {}, name)), " ", badge(documented ? "default is documented" : "default is inferred", documented ? "good" : ""),
    el("p", { class: "hint", id: about }, prose(text)));
}
