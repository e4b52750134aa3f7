// The clock, and the tokens, whose lifetimes depend on it.

import { control } from "./api.js";
import { action, badge, card, el, fieldError, heading, say, terms } from "./dom.js";
import { form } from "./forms.js";

const STEPS = [["1 minute", 60], ["1 hour", 3600], ["1 day", 86400], ["30 days", 2592000]];

export async function view(_, show) {
  const { now, frozen } = await control("GET", "/clock");
  const change = async (path, text) => {
    await control("POST", path);
    say(text);
    dispatchEvent(new Event("clock"));
    await show();
  };
  const advance = (seconds) => change(`/clock/advance?seconds=${seconds}`, "Advanced the clock.");
  return {
    content: [
      heading("Clock"),
      card("Time of the sandbox",
        terms([["Now", el("time", { datetime: now, class: "code" }, now.replace("T", " ").slice(0, 19))],
          ["State", frozen ? badge("frozen", "warn") : badge("running", "good")]]),
        el("div", { class: "bar" },
          frozen ? action("Let it run", () => change("/clock/resume", "The clock runs.")) : action("Freeze it", () => change("/clock/freeze", "The clock is frozen.")),
          STEPS.map(([text, seconds]) => action(`Advance by ${text}`, () => advance(seconds)))),
        form([{ name: "seconds", label: "Seconds", type: "number", value: 90 }], "Advance", ({ seconds }) => {
          if (!Number.isInteger(seconds) || seconds < 0) {
            throw fieldError("seconds", "Must be a non-negative integer.");
          }
          return advance(seconds);
        }),
        el("p", { class: "hint" }, "The clock never goes back, except by a reset.")),
      card("Tokens",
        el("div", { class: "bar" },
          action("Expire all access tokens", () => change("/tokens/expire", "All access tokens are invalid.")),
          action("Revoke all tokens", () => change("/tokens/revoke", "All tokens are invalid.")))),
    ],
  };
}
