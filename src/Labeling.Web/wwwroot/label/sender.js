// On pages beside the labeling pages: sends the presses that a labeling page kept, and says so.

import { Api } from "./api.js";
import { Outbox } from "./outbox.js";
import { connection } from "./words.js";

const line = document.getElementById("kept");
const outbox = new Outbox(line.dataset.person, new Api(line.dataset.person), { answered: () => {}, changed: show });
const before = outbox.entries.length;

function show() {
  const kept = outbox.entries.length;
  const sent = before - kept;
  const text = connection(outbox.problem, outbox.message, kept, outbox.isKept)
    ?? (sent > 0 ? `${sent} ${sent === 1 ? "press" : "presses"} kept in this browser ${sent === 1 ? "was" : "were"} sent.` : "");
  line.textContent = text;
  line.hidden = text === "";
}

if (before > 0) outbox.flush();
addEventListener("online", () => outbox.flush());
