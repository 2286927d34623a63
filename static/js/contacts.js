// The forms of service: [data-fill="id"] puts its day into a field, the log in a row closes by Esc or [data-log-close].
import htmx from "htmx.org";

function closeLog(form) {
  const row = document.querySelector(`[data-log-row="${form.parentElement.id}"]`);
  form.parentElement.replaceChildren();
  (row?.querySelector("[data-log-open]") || row)?.focus();
}

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  const chip = event.target.closest("[data-fill]");
  const field = chip && document.getElementById(chip.dataset.fill);
  if (field) {
    field.value = chip.dataset.value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  const close = event.target.closest("[data-log-close]");
  if (close) closeLog(close.closest("form[data-log]"));
});

document.addEventListener("keydown", (event) => {
  const form = event.key === "Escape" && event.target instanceof Element && event.target.closest("form[data-log]");
  if (form) closeLog(form);
});

// One log is open at a time; what was typed in another one stays as its draft.
document.addEventListener("htmx:afterSwap", (event) => {
  const opened = event.detail.target.querySelector?.("form[data-log]");
  if (!opened) return;
  for (const other of document.querySelectorAll("form[data-log]")) if (other !== opened) other.parentElement.replaceChildren();
  opened.querySelector("textarea")?.focus();
});

// A log that is saved is closed at once; the list follows.
document.addEventListener("htmx:afterRequest", (event) => {
  const { status } = event.detail.xhr;
  if (event.target instanceof HTMLFormElement && event.target.matches("form[data-log]") && status === 204 && !event.detail.xhr.getResponseHeader("HX-Trigger")?.includes("\"stay\"")) {
    event.target.parentElement?.replaceChildren();
  }
});

// A list that reads itself anew keeps the place of the keyboard, and a log that is being written with its text and caret.
let place = null;
let writing = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "today" || !event.detail.shouldSwap) return;
  const rows = [...document.querySelectorAll("#today [data-rows] [data-row]")];
  const at = rows.findIndex((row) => row.classList.contains("cur"));
  place = at < 0 ? null : at;
  const form = document.querySelector("#today form[data-log]");
  if (!form) return;
  const field = form.contains(document.activeElement) ? document.activeElement : null;
  writing = { form, home: form.parentElement.id, field, caret: field?.selectionStart };
  form.remove();
});
htmx.onLoad((element) => {
  if (element.id !== "today") return;
  const rows = [...element.querySelectorAll("[data-rows] [data-row]")];
  const row = place === null ? null : rows[Math.min(place, rows.length - 1)];
  row?.classList.add("cur");
  const home = writing && document.getElementById(writing.home);
  if (home) {
    home.replaceChildren(writing.form);
    writing.field?.focus();
    if (typeof writing.caret === "number") writing.field.setSelectionRange(writing.caret, writing.caret);
  } else {
    row?.querySelector("a.nm")?.focus({ preventScroll: true });
  }
  place = null;
  writing = null;
});
