// Who is here or calling: asked for every few seconds while the tab is seen, and at once after an action (the event "arrived").
// The mark of what is shown goes along, so that an answer without news is empty. Nothing is said when the server is away.
import htmx from "htmx.org";

const EVERY = 10000;
const PATIENCE = 8000;
let mark = "";
let asking = null;

async function ask() {
  const box = document.querySelector("[data-arrivals]");
  if (!box || document.visibilityState !== "visible") return;
  asking?.abort();
  const mine = asking = new AbortController();
  const late = setTimeout(() => mine.abort(), PATIENCE);
  try {
    const headers = { "HX-Request": "true", ...(mark && { "If-None-Match": mark }) };
    const answer = await fetch(box.dataset.arrivals, { headers, signal: mine.signal, cache: "no-store", redirect: "manual" });
    if (answer.status !== 200) return; // 304: no news; a redirect: the session has ended, and the next action says so
    const text = await answer.text();
    mark = answer.headers.get("ETag") || "";
    box.innerHTML = text;
    htmx.process(box);
  } catch {
    // the server cannot be reached; asked again in a while
  } finally {
    clearTimeout(late);
  }
}

if (document.querySelector("[data-arrivals]")) {
  ask();
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
  document.addEventListener("arrived", ask);
  document.addEventListener("serviced", ask);
}
