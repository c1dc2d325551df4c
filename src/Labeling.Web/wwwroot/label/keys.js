// Which key asks for what. Digits are matched by where they stand, so that AZERTY needs no Shift; letters by what they
// write, so that they are where the annotator's keyboard has them, or by where they stand where the layout writes no Latin.

const pair = {
  1: "1", 2: "2", 3: "3", 4: "4", 5: "5", 6: "6", 7: "7",
  b: "both_bad", d: "difference",
};
const single = { ArrowUp: "up", u: "up", ArrowDown: "down", d: "down" };
const both = { s: "skip", f: "flag", c: "comment", z: "undo", g: "guidelines", r: "raw", "?": "keys" };
const maps = { pair: { ...both, ...pair }, single: { ...both, ...single } };

// The name of a pressed key, independent of the layout; null for keys that mean nothing here.
export function nameOf(event) {
  if (event.key === "?" || event.key === "ArrowUp" || event.key === "ArrowDown") return event.key;
  if (/^[a-z]$/i.test(event.key)) return event.key.toLowerCase();
  if (/^Digit[0-9]$/.test(event.code)) return event.code.slice(-1);
  if (/^Numpad[0-9]$/.test(event.code)) return /^[0-9]$/.test(event.key) ? event.key : null;
  if (/^Key[A-Z]$/.test(event.code) && /^\p{L}$/u.test(event.key)) return event.code.slice(-1).toLowerCase();
  return null;
}

// True while the key belongs to somebody else: to a field, to a dialog, to the browser, or to a key that is held down.
export function isForOthers(event) {
  return event.defaultPrevented || event.repeat || event.isComposing || event.keyCode === 229
    || event.ctrlKey || event.altKey || event.metaKey
    || isField(event.target) || document.querySelector("dialog[open]") !== null;
}

// What a key press asks for on a page of this kind; null for nothing.
export function actionOf(event, kind) {
  const name = isForOthers(event) ? null : nameOf(event);
  return name === null ? null : maps[kind][name] ?? null;
}

function isField(target) {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]:not([contenteditable=false])") !== null;
}
