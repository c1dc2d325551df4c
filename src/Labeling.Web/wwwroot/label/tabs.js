// One tab labels at a time: the one that was opened, or asked to go on, last. The others say so and wait.

export class OneTab {
  #name;
  #id = newKey();

  constructor(person, lost) {
    this.#name = `label/${person}/tab`;
    addEventListener("storage", event => {
      if (event.key === this.#name && event.newValue !== this.#id) lost();
    });
  }

  claim() {
    try {
      localStorage.setItem(this.#name, this.#id);
    } catch {
      // without storage the tabs cannot see each other
    }
  }
}

// 32 random hexadecimal digits. randomUUID exists over TLS only.
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, "0")).join("");
}
