// The server as the pages see it. Nothing throws: an answer is { ok }, or { problem } of these kinds:
//   offline   no answer, or the server has trouble: try again
//   signedout nobody is signed in
//   person    somebody else is signed in
//   form      the page's token is too old
//   refused   the press itself is wrong; sending it again would not help

const timeout = 20_000;

export class Api {
  #person;

  constructor(person) {
    this.#person = person;
  }

  get(route) {
    return this.#send(route, { method: "GET" });
  }

  async post(route, body) {
    const answer = await this.#post(route, body);
    return answer.problem === "form" && await this.#renewToken() ? this.#post(route, body) : answer;
  }

  #post(route, body) {
    return this.#send(route, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", RequestVerificationToken: tokenOf(document) },
    });
  }

  async #send(route, request) {
    try {
      const response = await fetch(`api/label/${route}`, {
        ...request,
        headers: { ...request.headers, "Alignment-Person": this.#person },
        cache: "no-store",
        redirect: "manual",
        signal: AbortSignal.timeout(timeout),
      });
      const isJson = response.headers.get("Content-Type")?.includes("json") ?? false;
      const body = isJson ? await response.json() : null;
      return response.ok ? { ok: true, body } : { problem: problemOf(response, body), message: body?.error ?? `the server answered ${response.status}` };
    } catch {
      return { problem: "offline", message: "no connection" };
    }
  }

  // A page that stood open for long gets a new token from a fresh copy of itself.
  async #renewToken() {
    try {
      const response = await fetch(location.href, { cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(timeout) });
      const token = response.ok ? tokenOf(new DOMParser().parseFromString(await response.text(), "text/html")) : "";
      if (token) document.querySelector("meta[name=antiforgery]").content = token;
      return token !== "";
    } catch {
      return false;
    }
  }
}

function problemOf(response, body) {
  if (response.type === "opaqueredirect" || response.status === 401) return "signedout";
  if (body?.kind) return body.kind;
  return response.status === 400 && body?.error ? "refused" : response.status === 403 ? "person" : "offline";
}

function tokenOf(page) {
  return page.querySelector("meta[name=antiforgery]")?.content ?? "";
}
