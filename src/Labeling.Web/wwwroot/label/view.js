// Draws items. Their texts were made safe by the server; everything else is text.

const long = 1500;
const fewTurns = 4;
const roles = { system: "System", user: "User", assistant: "Assistant", tool: "Tool" };
const fits = { rendered: text => text.html, raw: text => text.raw, difference: text => text.html };

// An item's element, drawn and hidden.
export function draw(item, mode) {
  const node = document.getElementById(`${item.kind}-item`).content.firstElementChild.cloneNode(true);
  node.dataset.token = item.token;
  drawTurns(node.querySelector(".turns"), item.turns);
  present(node, item, mode);
  return node;
}

// Shows an item's texts laid out, as they are, or with their difference.
export function present(node, item, mode) {
  const answers = [...node.querySelectorAll(".answer > .text")];
  const marked = mode === "difference" ? item.difference : null;
  put(answers[0], marked?.first ?? fits[mode](item.first));
  if (item.second) put(answers[1], marked?.second ?? fits[mode](item.second));
  const tooLong = node.querySelector(".too-long");
  if (tooLong) tooLong.hidden = mode !== "difference" || marked !== null;
  node.querySelectorAll(".turn > .text").forEach((text, i) => put(text, fits[mode](item.turns[i].text)));
}

function drawTurns(place, turns) {
  let into = place;
  if (turns.length > fewTurns) {
    const earlier = document.createElement("details");
    earlier.className = "earlier";
    earlier.append(element("summary", `${turns.length - fewTurns + 1} earlier turns`));
    place.append(earlier);
    into = earlier;
  }

  turns.forEach((turn, i) => {
    if (turns.length > fewTurns && i === turns.length - fewTurns + 1) into = place;
    into.append(drawTurn(turn));
  });
}

function drawTurn(turn) {
  const node = element("section", "");
  node.className = "turn";
  node.dataset.role = turn.role;
  const text = element("div", "");
  text.className = "text";
  text.dir = "auto";
  node.append(element("h3", roles[turn.role] ?? turn.role), text);
  if (turn.text.length > long) fold(node);
  return node;
}

function fold(node) {
  const button = element("button", "Show all");
  button.type = "button";
  button.className = "quiet fold";
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => {
    const isOpen = node.classList.toggle("open");
    button.setAttribute("aria-expanded", String(isOpen));
    button.textContent = isOpen ? "Show less" : "Show all";
  });
  node.classList.add("long");
  node.append(button);
}

function put(place, html) {
  if (place.shown === html) return;
  place.shown = html;
  place.innerHTML = html;
}

function element(name, text) {
  const node = document.createElement(name);
  node.textContent = text;
  return node;
}
