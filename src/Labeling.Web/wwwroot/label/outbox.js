// Presses on their way to the server. Each is written down before anything else happens and crossed out when the server has
// it, so that neither a lost connection nor a reload loses one; the key that it carries keeps a second delivery from counting.

const longestWait = 30_000;

export class Outbox {
  #api;
  #prefix;
  #answered;
  #changed;
  #sending = null;
  #wait = 1000;
  #timer = null;
  #memory = new Map();
  #last = 0;
  problem = null;
  message = "";

  // answered(entry, answer) tells of each press that the server took or refused, changed() of every other change.
  constructor(person, api, { answered, changed }) {
    this.#api = api;
    this.#prefix = `label/${person}/press/`;
    this.#answered = answered;
    this.#changed = changed;
  }

  // Writes a press down. Where the browser keeps nothing it stays in memory, and isKept says so.
  add(entry) {
    this.#last = Math.max(Date.now(), this.#last + 1, this.#newest() + 1);
    const name = `${this.#prefix}${String(this.#last).padStart(15, "0")}/${entry.key}`;
    try {
      localStorage.setItem(name, JSON.stringify(entry));
    } catch {
      this.#memory.set(name, entry);
    }
  }

  get isKept() {
    return this.#memory.size === 0;
  }

  get entries() {
    return this.#names().map(name => this.#read(name)).filter(entry => entry !== null);
  }

  // Whether something about this item is on its way.
  has(token) {
    return this.entries.some(entry => entry.token === token);
  }

  // Sends everything in order; stops at the first that does not get through, and tries again later.
  flush() {
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = null;
      if (this.problem === null && this.#names().length > 0) this.flush();
    });
    return this.#sending;
  }

  async #sendAll() {
    clearTimeout(this.#timer);
    for (let name; (name = this.#names()[0]) !== undefined;) {
      const entry = this.#read(name);
      if (entry === null) continue;
      const answer = await this.#api.post(entry.op === "undo" ? "undo" : "judgments", entry);
      if (!answer.ok && answer.problem !== "refused") {
        this.problem = answer.problem;
        this.message = answer.message;
        this.#timer = setTimeout(() => this.flush(), this.#wait);
        this.#wait = Math.min(this.#wait * 2, longestWait);
        this.#changed();
        return;
      }

      localStorage.removeItem(name);
      this.#memory.delete(name);
      this.#reached();
      this.#answered(entry, answer);
    }

    this.#changed();
  }

  #reached() {
    this.problem = null;
    this.#wait = 1000;
  }

  // The server answered something else, so it is there.
  noteServer(answer) {
    if (answer.ok) {
      const wasAway = this.problem !== null;
      this.#reached();
      if (wasAway) this.flush();
      this.#changed();
    } else if (answer.problem !== "refused") {
      this.problem = answer.problem;
      this.message = answer.message;
      this.#changed();
    }
  }

  #names() {
    return [...Object.keys(localStorage).filter(name => name.startsWith(this.#prefix)), ...this.#memory.keys()].sort();
  }

  #newest() {
    const name = this.#names().at(-1);
    return name === undefined ? 0 : Number.parseInt(name.slice(this.#prefix.length), 10);
  }

  // A press that another tab crossed out meanwhile is null.
  #read(name) {
    const kept = this.#memory.get(name) ?? localStorage.getItem(name);
    return typeof kept === "string" ? JSON.parse(kept) : kept;
  }
}
