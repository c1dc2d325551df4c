// Starts a labeling page: its keys, buttons and dialogs.

import { Desk } from "./desk.js";
import { actionOf } from "./keys.js";

const root = document.getElementById("label");
const desk = new Desk(root);
const guidelines = document.getElementById("guidelines");
const buttons = action => root.querySelector(`[data-action="${action}"]`);

function act(action) {
  if (action === "keys") document.getElementById("keys").showModal();
  else if (action === "guidelines") toggleGuidelines();
  else desk.act(action, buttons(action));
}

function toggleGuidelines() {
  if (guidelines === null) return;
  guidelines.hidden = !guidelines.hidden;
  buttons("guidelines").setAttribute("aria-pressed", String(!guidelines.hidden));
  remember(`label/guidelines/${root.dataset.project}`, guidelines.hidden ? "closed" : "open");
  if (!guidelines.hidden) guidelines.scrollIntoView({ block: "nearest" });
}

function remember(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // asked again next time
  }
}

document.addEventListener("keydown", event => {
  desk.mark();
  const action = actionOf(event, root.dataset.kind);
  if (action === null) return;
  event.preventDefault();
  act(action);
});

// The second click of a double click would judge the next item.
root.addEventListener("click", event => {
  const button = event.target.closest("[data-action]");
  if (button && event.detail <= 1) act(button.dataset.action);
});

for (const sign of ["pointermove", "pointerdown", "wheel", "scroll", "touchmove"]) addEventListener(sign, () => desk.mark(), { passive: true, capture: true });
addEventListener("online", () => desk.wake());
addEventListener("pageshow", event => { if (event.persisted) desk.wake(); });
addEventListener("pagehide", () => desk.hide());
document.addEventListener("visibilitychange", () => document.hidden ? desk.hide() : desk.wake());
for (const close of document.querySelectorAll("dialog [data-close]")) close.addEventListener("click", () => close.closest("dialog").close());

if (guidelines !== null && localStorage.getItem(`label/guidelines/${root.dataset.project}`) === "open") toggleGuidelines();

// The first items are asked for when the warning was read; it is shown again when it says something new.
const warning = document.getElementById("warning");
const read = `label/warned/${root.dataset.project}`;
if (warning !== null && localStorage.getItem(read) !== warning.dataset.id) {
  warning.addEventListener("cancel", event => event.preventDefault());
  warning.querySelector("[data-accept]").addEventListener("click", () => {
    remember(read, warning.dataset.id);
    warning.close();
    desk.start();
  });
  warning.showModal();
} else {
  desk.start();
}

document.body.dataset.ready = "1";
