// Sends the chosen file as the body of one request, which the app writes to disk as it comes, and tells the page how far it is.
let request;

export function send(input, address, limit, page) {
  const file = input.files[0];
  if (!file) return;
  if (file.size > limit) {
    page.invokeMethodAsync("TooLargeAsync", file.name);
    return;
  }

  let told = 0;
  const own = request = new XMLHttpRequest();
  own.open("POST", `${address}?name=${encodeURIComponent(file.name)}`);
  own.setRequestHeader("RequestVerificationToken", document.querySelector("meta[name=antiforgery]").content);
  own.setRequestHeader("Content-Type", "application/octet-stream");
  own.upload.onprogress = event => {
    if (performance.now() - told > 250) {
      told = performance.now();
      page.invokeMethodAsync("ProgressAsync", event.loaded, event.total);
    }
  };
  own.onload = () => own.status === 200
    ? page.invokeMethodAsync("SentAsync", JSON.parse(own.responseText).id)
    : page.invokeMethodAsync("RefusedAsync", reason(own));
  own.onerror = () => page.invokeMethodAsync("RefusedAsync", "the connection broke off while the file was sent: choose it again");
  own.onabort = () => page.invokeMethodAsync("RefusedAsync", null);
  own.send(file);
}

export function cancel() {
  request?.abort();
}

function reason(answer) {
  try {
    return JSON.parse(answer.responseText).error;
  } catch {
    return answer.status === 413
      ? "the proxy in front of the app refused the file as too large (docs/reverse-proxy.md)"
      : `the app answered with ${answer.status}: reload the page and sign in again`;
  }
}
