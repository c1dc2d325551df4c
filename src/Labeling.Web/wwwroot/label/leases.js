// Keeps the leases of the page's items alive while somebody is there: not overnight, and at once after a sleep.

const beat = 30_000;
const away = 600_000;

export class Leases {
  #api;
  #tokens;
  #lost;
  #seen = Date.now();
  #last = Date.now();

  // tokens() are the items to keep, lost(tokens) tells which went to others.
  constructor(api, tokens, lost) {
    this.#api = api;
    this.#tokens = tokens;
    this.#lost = lost;
    setInterval(() => this.#tick(), 5000);
  }

  // A sign of life; after a long absence it looks at once what is left.
  mark() {
    const wasAway = Date.now() - this.#last > beat * 2;
    this.#seen = Date.now();
    if (wasAway) this.renew();
  }

  #tick() {
    if (Date.now() - this.#last >= beat && Date.now() - this.#seen < away) this.renew();
  }

  async renew() {
    this.#last = Date.now();
    const asked = this.#tokens();
    if (asked.length === 0) return;
    const answer = await this.#api.post("heartbeat", { tokens: asked });
    if (answer.ok) {
      const kept = this.#tokens();
      this.#lost(asked.filter(token => !answer.body.tokens.includes(token) && kept.includes(token)));
    }
  }
}
