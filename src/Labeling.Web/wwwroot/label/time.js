// Attention to one item: time with the page in view, up to a minute after the last sign of life.

const idle = 60_000;

export class Attention {
  #now;
  #sum = 0;
  #last = null;

  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  // Another item; what it got before, in milliseconds.
  start(before = 0) {
    this.#sum = before;
    this.#last = this.#now();
  }

  // A sign of life.
  mark() {
    this.#sum = this.read();
    this.#last = this.#now();
  }

  // Nobody looks: the page is hidden.
  pause() {
    this.#sum = this.read();
    this.#last = null;
  }

  // Milliseconds so far.
  read() {
    return this.#sum + (this.#last === null ? 0 : Math.min(this.#now() - this.#last, idle));
  }
}
