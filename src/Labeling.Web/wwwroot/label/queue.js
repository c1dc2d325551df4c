// The items that this page holds: the one in view and a few more, leased and drawn already, so that the next one is there at
// once, also for a while without a connection.

const size = 4;

export class Queue {
  #api;
  #route;
  #isDone;
  #filling = null;
  #again = false;
  items = [];

  // isDone(token) is true of items that were pressed and that the server may not know about yet.
  constructor(api, project, kind, isDone) {
    this.#api = api;
    this.#route = `${encodeURIComponent(project)}/next?kind=${kind}`;
    this.#isDone = isDone;
  }

  get current() {
    return this.items[0] ?? null;
  }

  get needsMore() {
    return this.items.length < size;
  }

  // Asks for more; gives the server's answer with the items that are new here. A call during a call asks once more after it.
  fill(pending) {
    if (this.#filling) {
      this.#again = true;
      return this.#filling;
    }

    this.#filling = this.#ask(pending).finally(() => { this.#filling = null; });
    return this.#filling;
  }

  async #ask(pending) {
    let answer, fresh = [];
    do {
      this.#again = false;
      const have = this.items.map(item => `&have=${item.token}`).join("");
      answer = await this.#api.get(`${this.#route}&count=${Math.min(size + pending(), 10)}${have}`);
      const added = (answer.body?.items ?? []).filter(item => !this.#isDone(item.token) && !this.items.some(held => held.token === item.token));
      this.items.push(...added);
      fresh = [...fresh, ...added];
    } while (this.#again && answer.ok);
    return { ...answer, fresh };
  }

  // Takes the item in view away and gives it.
  shift() {
    return this.items.shift();
  }

  // Puts an item in view.
  unshift(item) {
    this.items.unshift(item);
  }

  moveToFront(token) {
    const at = this.items.findIndex(item => item.token === token);
    if (at > 0) this.items.unshift(...this.items.splice(at, 1));
    return at >= 0;
  }

  // Drops the items whose leases are gone.
  drop(tokens) {
    const gone = this.items.filter(item => tokens.includes(item.token));
    this.items = this.items.filter(item => !tokens.includes(item.token));
    return gone;
  }
}
