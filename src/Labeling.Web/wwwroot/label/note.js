// The dialog for a comment or for what is wrong with an item. Gives the text, or null when it was closed without.

const dialog = document.getElementById("note");
const text = document.getElementById("note-text");
const problem = document.getElementById("note-problem");
const forms = {
  comment: { title: "Comment on this item", keep: "Keep the comment", hint: "It goes with your verdict." },
  flag: { title: "What is wrong with this item?", keep: "Flag the item", hint: "A flagged item is looked at by an engineer and does not come again." },
};

let answer = null;

export function ask(kind, before) {
  const form = forms[kind];
  document.getElementById("note-title").textContent = form.title;
  document.getElementById("note-hint").textContent = form.hint;
  document.getElementById("note-keep-text").textContent = form.keep;
  text.value = before;
  problem.hidden = true;
  dialog.dataset.kind = kind;
  dialog.showModal();
  text.focus();
  return new Promise(resolve => { answer = resolve; });
}

function finish(value) {
  const resolve = answer;
  answer = null;
  if (dialog.open) dialog.close();
  resolve?.(value);
}

dialog.querySelector("form").addEventListener("submit", event => {
  event.preventDefault();
  const isMissing = dialog.dataset.kind === "flag" && text.value.trim() === "";
  problem.hidden = !isMissing;
  if (isMissing) {
    text.focus();
  } else {
    finish(text.value.trim());
  }
});
text.addEventListener("keydown", event => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
    event.preventDefault();
    dialog.querySelector("form").requestSubmit();
  }
});
document.getElementById("note-cancel").addEventListener("click", () => finish(null));
dialog.addEventListener("close", () => finish(null));
