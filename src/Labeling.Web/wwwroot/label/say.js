// What the page tells the annotator: the toast with the undo, the line about the connection, the panel in place of an item.

const toastTime = 6000;
const byId = id => document.getElementById(id);

let timer = null;

// Says something for some seconds, aloud too.
export function toast(text, { undo = false, isProblem = false } = {}) {
  const box = byId("toast");
  byId("toast-text").textContent = text;
  byId("toast-undo").hidden = !undo;
  box.classList.toggle("problem", isProblem);
  box.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(hideToast, isProblem ? toastTime * 2 : toastTime);
}

function hideToast() {
  const box = byId("toast");
  if (box.matches(":hover, :focus-within")) {
    timer = setTimeout(hideToast, toastTime);
  } else {
    box.hidden = true;
  }
}

// Shows or hides the line about the connection; signIn is the address to sign in at, null where that would not help.
export function connection(text, signIn) {
  const line = byId("connection");
  const old = line.querySelector("span");
  if (old.textContent !== (text ?? "")) old.textContent = text ?? "";
  const link = line.querySelector("a");
  link.hidden = signIn === null;
  if (signIn !== null) link.href = signIn;
  line.hidden = text === null;
}

// Shows a state in place of an item. Buttons are { text, act }, links { text, href }.
export function state(kind, { title, text, links = [], buttons = [] }) {
  const panel = byId("state");
  if (panel.dataset.state === kind && panel.querySelector("p").textContent === text) return;
  panel.dataset.state = kind;
  const row = document.createElement("div");
  row.className = "row";
  row.append(
    ...buttons.map(({ text: says, act }) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "main", textContent: says });
      button.addEventListener("click", act);
      return button;
    }),
    ...links.map(({ text: says, href, main }) => Object.assign(document.createElement("a"), { href, textContent: says, className: main ? "main" : "" })));
  panel.replaceChildren(Object.assign(document.createElement("h2"), { textContent: title }), Object.assign(document.createElement("p"), { textContent: text }), row);
  panel.hidden = false;
}

export function noState() {
  const panel = byId("state");
  panel.hidden = true;
  panel.dataset.state = "";
}
