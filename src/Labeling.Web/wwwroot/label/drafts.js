// What was begun on an item, kept over a reload of the tab: its comment and the attention it got. And the items judged last,
// so that an undo finds them.

const longest = 20;

function read(name, nothing) {
  try {
    return JSON.parse(sessionStorage.getItem(name)) ?? nothing;
  } catch {
    return nothing;
  }
}

function write(name, value) {
  try {
    sessionStorage.setItem(name, JSON.stringify(value));
  } catch {
    // it is only kept until the reload then
  }
}

const draft = token => `label/draft/${token}`;

export const drafts = {
  get: token => read(draft(token), { comment: "", active: 0 }),
  set: (token, value) => write(draft(token), { ...drafts.get(token), ...value }),
  remove: token => sessionStorage.removeItem(draft(token)),
};

export class LastJudged {
  #name;
  #tokens;

  constructor(project, kind) {
    this.#name = `label/last/${project}/${kind}`;
    this.#tokens = read(this.#name, []);
  }

  push(token) {
    this.#tokens = [...this.#tokens.filter(other => other !== token), token].slice(-longest);
    write(this.#name, this.#tokens);
  }

  pop() {
    const token = this.#tokens.pop() ?? null;
    write(this.#name, this.#tokens);
    return token;
  }
}
