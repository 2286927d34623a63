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

// A list that reads itself anew keeps the place of the keyboard.
let place = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "today") return;
  const rows = [...document.querySelectorAll("#today [data-rows] [data-row]")];
  const at = rows.findIndex((row) => row.classList.contains("cur"));
  place = at < 0 ? null : at;
});
htmx.onLoad((element) => {
  if (element.id !== "today" || place === null) return;
  const rows = [...element.querySelectorAll("[data-rows] [data-row]")];
  const row = rows[Math.min(place, rows.length - 1)];
  place = null;
  row?.classList.add("cur");
  row?.querySelector("a.nm")?.focus({ preventScroll: true });
});
