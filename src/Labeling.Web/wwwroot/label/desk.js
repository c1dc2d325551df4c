// The labeling page: one press decides and shows the next item at once; everything else follows behind.

import { Api } from "./api.js";
import { drafts, LastJudged } from "./drafts.js";
import { Leases } from "./leases.js";
import { ask } from "./note.js";
import { Outbox } from "./outbox.js";
import { Queue } from "./queue.js";
import * as say from "./say.js";
import { newKey, OneTab } from "./tabs.js";
import { Attention } from "./time.js";
import { draw, present } from "./view.js";
import { connection, empty, states } from "./words.js";

const lookAgain = 20_000;
const soon = 500;
const kept = 20;

export class Desk {
  #root;
  #items;
  #kind;
  #project;
  #api;
  #outbox;
  #queue;
  #leases;
  #tab;
  #last;
  #attention = new Attention();
  #judged = new Map(); // token to item, for the undo
  #lost = false;
  #paused = false;
  #again = null;
  #mode = "rendered";
  #isAsking = false;
  #isStarted = false;

  constructor(root) {
    this.#root = root;
    this.#items = root.querySelector("#items");
    const { kind, project, person } = root.dataset;
    this.#kind = kind;
    this.#project = project;
    this.#api = new Api(person);
    this.#outbox = new Outbox(person, this.#api, { answered: (entry, answer) => this.#answered(entry, answer), changed: () => this.#showConnection() });
    this.#queue = new Queue(this.#api, project, kind, token => this.#judged.has(token) || this.#outbox.has(token));
    this.#leases = new Leases(this.#api, () => this.#queue.items.map(item => item.token).filter(token => !this.#outbox.has(token)), tokens => this.#loseLeases(tokens));
    this.#tab = new OneTab(person, () => this.#pause());
    this.#last = new LastJudged(project, kind);
  }

  // Sends what was kept, then shows the first item.
  async start() {
    this.#isStarted = true;
    this.#tab.claim();
    say.state("loading", states.loading);
    this.#showConnection();
    await this.#outbox.flush();
    await this.#fill();
    this.#showProgress();
  }

  // What a key or a button asks for.
  act(action, button) {
    const act = {
      skip: () => this.#decide("skip", button),
      flag: () => this.#flag(button),
      comment: () => this.#comment(),
      undo: () => this.#undo(),
      raw: () => this.#toggle("raw"),
      difference: () => this.#toggle("difference"),
    }[action] ?? (() => this.#decide(action, button));
    act();
  }

  // A sign of life of the annotator.
  mark() {
    this.#attention.mark();
    this.#leases.mark();
  }

  hide() {
    this.#attention.pause();
    this.#keepAttention();
  }

  // The page is seen, or the connection is back.
  wake() {
    this.mark();
    if (this.#paused || !this.#isStarted) return;
    this.#outbox.flush();
    if (this.#queue.needsMore) this.#fill();
  }

  get #isReady() {
    return !this.#paused && !this.#lost && !this.#isAsking && this.#queue.current !== null;
  }

  #decide(verdict, button, comment = null) {
    if (!this.#isReady) return;
    const item = this.#queue.current;
    const active = Math.round(this.#attention.read());
    const said = comment ?? drafts.get(item.token).comment;
    this.#outbox.add({
      op: "judge", token: item.token, key: newKey(), verdict: stored(verdict, item.order), comment: said === "" ? null : said, activeMilliseconds: active, at: new Date().toISOString(),
    });
    drafts.remove(item.token);
    this.#judged.set(item.token, item);
    this.#forget();
    this.#last.push(item.token);
    this.#items.querySelector(`[data-token="${item.token}"]`)?.remove();
    this.#queue.shift();
    this.#showCurrent();
    say.toast(`${saysOf(button)}.`, { undo: true });
    this.#send();
  }

  async #flag(button) {
    if (!this.#isReady) return;
    const item = this.#queue.current;
    const text = await this.#ask("flag", drafts.get(item.token).comment);
    if (text !== null && this.#queue.current === item) this.#decide("flag", button, text);
  }

  async #comment() {
    if (!this.#isReady) return;
    const item = this.#queue.current;
    const text = await this.#ask("comment", drafts.get(item.token).comment);
    if (text === null || this.#queue.current !== item) return;
    drafts.set(item.token, { comment: text });
    this.#showComment();
  }

  async #ask(kind, before) {
    this.#isAsking = true;
    const text = await ask(kind, before);
    this.#isAsking = false;
    this.#focus();
    return text;
  }

  #undo() {
    if (this.#paused || this.#isAsking || !this.#isStarted) return;
    const token = this.#last.pop();
    if (token === null) {
      say.toast("There is nothing to take back here. My judgments has the older ones.");
      return;
    }

    const item = this.#judged.get(token);
    this.#judged.delete(token);
    this.#keepAttention();
    this.#outbox.add({ op: "undo", token, key: newKey(), at: new Date().toISOString() });
    if (item) {
      this.#lost = false;
      this.#queue.unshift(item);
      this.#showCurrent();
    }

    say.toast(item ? "Taken back: here it is again." : "Taken back: it comes again in a moment.");
    this.#send(item ? null : token);
  }

  #toggle(mode) {
    if (mode === "difference" && this.#kind !== "pair") return;
    this.#mode = this.#mode === mode ? "rendered" : mode;
    for (const button of this.#root.querySelectorAll("[data-action=raw], [data-action=difference]")) {
      button.setAttribute("aria-pressed", String(button.dataset.action === this.#mode));
    }

    for (const item of this.#queue.items) {
      const node = this.#node(item);
      if (node) present(node, item, this.#mode);
    }
  }

  // Behind the press: to the server, then for more items.
  async #send(undone = null) {
    this.#showConnection();
    await this.#outbox.flush();
    await this.#fill(undone !== null);
    if (undone !== null && this.#queue.moveToFront(undone)) this.#showCurrent();
  }

  async #fill(anyway = false) {
    clearTimeout(this.#again);
    if (this.#paused || !(anyway || this.#queue.needsMore)) return;
    const answer = await this.#queue.fill(() => this.#outbox.entries.length);
    if (this.#paused) return;
    this.#outbox.noteServer(answer);
    for (const item of answer.fresh.filter(item => this.#queue.items.includes(item) && !this.#node(item))) {
      const node = draw(item, this.#mode);
      node.hidden = true;
      this.#items.append(node);
    }

    if (answer.ok && answer.body.progress) this.#showCounts(answer.body.progress);
    if (this.#lost) return;
    if (this.#queue.current) {
      if (this.#items.querySelector(":scope > :not([hidden])") === null) this.#showCurrent();
    } else {
      this.#showNothing(answer);
    }
  }

  #showCurrent() {
    const item = this.#queue.current;
    for (const node of this.#items.children) node.hidden = node.dataset.token !== item?.token;
    if (item === null) {
      this.#showNothing(null);
      return;
    }

    if (!this.#node(item)) this.#items.prepend(draw(item, this.#mode));
    present(this.#node(item), item, this.#mode);
    this.#node(item).hidden = false;
    say.noState();
    this.#root.dataset.showing = "item";
    this.#attention.start(drafts.get(item.token).active);
    if (document.hidden) this.#attention.pause();
    this.#showComment();
    this.#focus();
    document.scrollingElement.scrollTop = 0;
  }

  // Why there is no item. Without an answer the server was not asked yet.
  #showNothing(answer) {
    this.#root.dataset.showing = "state";
    for (const node of this.#items.children) node.hidden = true;
    const problem = answer === null ? this.#outbox.problem : answer.problem;
    const words = answer?.ok && answer.body.progress ? empty(answer.body.progress, this.#project, this.#kind)
      : problem === "signedout" ? { ...states.signedout, links: [signIn()] }
      : problem ? { ...states.offline, buttons: [{ text: "Try now", act: () => this.wake() }] }
      : states.loading;
    say.state(problem ?? (words === states.loading ? "loading" : "empty"), words);
    // The server gave items that were pressed already: it had not heard of it yet.
    const isBehind = answer?.ok && words === states.loading;
    if (words.again || problem || isBehind) this.#again = setTimeout(() => this.#fill(), isBehind ? soon : lookAgain);
  }

  #loseLeases(tokens) {
    if (tokens.length === 0 || this.#paused) return;
    const isCurrent = tokens.includes(this.#queue.current?.token);
    for (const item of this.#queue.drop(tokens)) this.#node(item)?.remove();
    if (!isCurrent) {
      this.#fill();
      return;
    }

    this.#lost = true;
    this.#root.dataset.showing = "state";
    say.state("lost", { ...states.lost, buttons: [{ text: "Next item", act: () => this.#goOn() }] });
    this.#fill();
  }

  #goOn() {
    this.#lost = false;
    this.#showCurrent();
    this.#fill();
  }

  // Another tab took over.
  #pause() {
    this.#keepAttention();
    this.#paused = true;
    this.#queue.drop(this.#queue.items.map(item => item.token));
    this.#items.replaceChildren();
    this.#root.dataset.showing = "state";
    say.state("tab", { ...states.tab, buttons: [{ text: "Go on here", act: () => this.#takeOver() }] });
  }

  #takeOver() {
    this.#paused = this.#lost = false;
    this.#judged.clear();
    this.start();
  }

  #answered(entry, answer) {
    if (!answer.ok) {
      say.toast(`One press was not taken: ${answer.message}.`, { isProblem: true });
    } else if (answer.body?.surplus) {
      say.toast("Others had judged that item already: yours is kept as surplus and does not count.", { isProblem: true });
    }

    if (entry.op === "judge" && answer.ok && !answer.body.repeated) this.#showDone(1);
    if (entry.op === "undo" && answer.ok) this.#showDone(-1);
  }

  #showConnection() {
    const entries = this.#outbox.entries.length;
    const { problem, message, isKept } = this.#outbox;
    say.connection(connection(problem, message, entries, isKept), problem === "signedout" || problem === "person" ? signIn().href : null);
    this.#root.dataset.kept = String(entries);
  }

  async #showProgress() {
    const answer = await this.#api.get(`${encodeURIComponent(this.#project)}/progress`);
    if (answer.ok) this.#showCounts(answer.body);
  }

  #showCounts(progress) {
    const line = this.#root.querySelector("#progress");
    line.dataset.today = progress.doneToday;
    line.dataset.rest = progress.medianActiveMilliseconds === null ? "" : `, about ${Math.max(1, Math.round(progress.medianActiveMilliseconds / 1000))} s each`;
    this.#showDone(0);
  }

  #showDone(more) {
    const line = this.#root.querySelector("#progress");
    line.dataset.today = Math.max(0, Number(line.dataset.today ?? 0) + more);
    line.textContent = `${line.dataset.today} done today${line.dataset.rest ?? ""}`;
  }

  #showComment() {
    const text = this.#queue.current ? drafts.get(this.#queue.current.token).comment : "";
    const chip = this.#root.querySelector("#comment-chip");
    chip.hidden = text === "";
    chip.textContent = `Comment: ${text}`;
  }

  #keepAttention() {
    const item = this.#queue.current;
    if (item && this.#root.dataset.showing === "item") drafts.set(item.token, { active: Math.round(this.#attention.read()) });
  }

  #forget() {
    for (const token of this.#judged.keys()) {
      if (this.#judged.size <= kept) return;
      this.#judged.delete(token);
    }
  }

  #node(item) {
    return this.#items.querySelector(`[data-token="${item.token}"]`);
  }

  #focus() {
    const node = this.#queue.current && this.#node(this.#queue.current);
    node?.focus({ preventScroll: true });
  }
}

// A verdict about the stored answers: what stands first on the screen may be stored as B.
export function stored(verdict, order) {
  return order === "BA" && /^[1-7]$/.test(verdict) ? String(8 - Number(verdict)) : verdict;
}

// What a button says on this screen: sides are left and right, or upper and lower.
function saysOf(button) {
  return [...button.querySelectorAll(".says")].find(words => getComputedStyle(words).display !== "none").textContent;
}

function signIn() {
  return { text: "Sign in", href: `sign-in?back=${encodeURIComponent(location.pathname + location.search)}`, main: true };
}
