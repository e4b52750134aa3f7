// Reset, snapshots, export and import.

import { control, encode, text } from "./api.js";
import { action, card, confirm, download, el, fieldError, heading, row, say, table } from "./dom.js";
import { form } from "./forms.js";

export async function view(_, show) {
  const snapshots = await control("GET", "/snapshots");
  const ask = (question, verb, method, path, done, body) => confirm(question, verb, async () => {
    await control(method, path, body);
    say(done);
    dispatchEvent(new Event("clock"));
    await show();
  });
  const file = el("input", { type: "file", accept: ".json,application/json", id: "seed" });
  const error = el("p", { class: "error", role: "alert", id: "seed-error" });
  const read = async () => {
    error.textContent = "";
    if (!file.files[0]) {
      error.textContent = "Choose a file first.";
      return;
    }
    const seed = await file.files[0].text();
    ask("Replace everything that is stored?", "Import", "POST", "/import", "Imported the seed.", seed);
  };
  file.setAttribute("aria-describedby", "seed-error");
  return {
    content: [
      heading("Reset and data"),
      card("Reset",
        el("p", {}, "A reset takes back all changes: objects, tokens, faults, rules, the clock, the outbox, the requests and the ledger."),
        el("div", { class: "bar" },
          action("Reset to the start", () => ask("Go back to the start?", "Reset", "POST", "/reset", "Went back to the start.")),
          action("Reset to empty", () => ask("Go back to the start, without what a seed or a data file added?", "Reset to empty", "POST", "/reset?to=empty", "Went back to the empty start."), { class: "danger" }))),
      card("Snapshots",
        snapshots.length ? table("Saved snapshots", ["Name", ""], snapshots.map((name) => row(name, el("td", { class: "actions" },
          action("Go back", () => ask(`Go back to ${name}?`, "Go back", "POST", `/snapshots/${encode(name)}/restore`, "Went back to the snapshot."), { class: "small", "aria-label": `Go back to ${name}` }),
          action("Remove", () => ask(`Remove ${name}?`, "Remove", "DELETE", `/snapshots/${encode(name)}`, "Removed the snapshot."), { class: "small danger", "aria-label": `Remove ${name}` }))))).element : null,
        form([{ name: "name", label: "Name" }], "Save a snapshot", async ({ name }) => {
          if (!name) throw fieldError("name", "A snapshot needs a name.");
          await control("PUT", `/snapshots/${encode(name)}`);
          say("Saved the snapshot.");
          await show();
        })),
      card("Export",
        el("p", {}, "Everything that is stored, as a seed, with passwords and secrets. ", el("code", {}, "--seed"), " starts with it."),
        action("Export", async () => {
          download("sandbox-seed.json", await text("/export"));
          say("Exported everything.");
        })),
      card("Import",
        el("p", {}, "A seed replaces everything that is stored."),
        el("div", { class: "field" }, el("label", { for: "seed" }, "Seed (JSON)"), file, error),
        action("Import", read)),
    ],
  };
}
