// Follows the received requests.

/** Dispatches `request`, with the request as `detail`, and `clear`. */
export const stream = new EventTarget();

/** The newest requests, newest first. */
export const requests = [];

/** Opens the stream, which connects again by itself, whenever the page is visible. */
export function follow(show) {
  let source;
  const open = () => {
    if (source) return;
    // A new stream begins with all requests that are kept.
    clear();
    source = new EventSource("/sandbox/events");
    source.addEventListener("open", () => show("live", "good"));
    source.addEventListener("error", () => show("not connected", "bad"));
    source.addEventListener("request", add);
    source.addEventListener("clear", clear);
  };
  const close = () => {
    source?.close();
    source = undefined;
  };
  // A browser opens at most six connections to a server, so a hidden page leaves its own to others.
  const update = () => document.hidden ? close() : open();
  document.addEventListener("visibilitychange", update);
  addEventListener("pagehide", close);
  addEventListener("pageshow", update);
  update();
}

function add(event) {
  const request = JSON.parse(event.data);
  // After a restart of the sandbox, the numbers begin again.
  if (requests[0] && request.number <= requests[0].number) clear();
  requests.unshift(request);
  requests.length = Math.min(requests.length, KEPT);
  stream.dispatchEvent(new CustomEvent("request", { detail: request }));
}

function clear() {
  requests.length = 0;
  stream.dispatchEvent(new Event("clear"));
}

/** Calls a function soon after requests, but not for each of many; returns a function that stops. */
export function afterRequests(run) {
  let timer;
  let isRunning = false;
  let isDue = false;
  const later = () => {
    // One run at a time, because each changes what the page has.
    if (isRunning) isDue = true;
    else timer ??= setTimeout(start, 200);
  };
  const start = async () => {
    timer = undefined;
    isRunning = true;
    try {
      await run();
    } finally {
      isRunning = false;
      if (isDue) {
        isDue = false;
        later();
      }
    }
  };
  stream.addEventListener("request", later);
  stream.addEventListener("clear", later);
  return () => {
    clearTimeout(timer);
    isDue = false;
    stream.removeEventListener("request", later);
    stream.removeEventListener("clear", later);
  };
}

const KEPT = 500;
