// The palette: Ctrl+K or [data-palette] opens it; arrows walk its lines while the focus stays in the field (combobox), Enter chooses.
// The lines come by htmx. Enter before they are there waits for them. Clients seen last are kept as ids, for this tab only.
import htmx from "htmx.org";

const at = (selector) => document.querySelector(selector);
const KEPT = 6;
const store = () => `recent-${document.body.dataset.reader}`;
let isWanted = false;

const list = () => at("#palette-list");
const lines = () => [...at("#palette").querySelectorAll("[role=option]")];
const chosen = () => at("#palette [role=option][aria-selected=true]");
const isFresh = () => list()?.dataset.for === at("#palette-q").value.trim();

export function openPalette() {
  const palette = at("#palette");
  if (!palette || palette.open) return false;
  for (const other of document.querySelectorAll("dialog[open]")) other.close();
  at("#palette-recent").value = sessionStorage.getItem(store()) || "";
  isWanted = false;
  palette.showModal();
  const field = at("#palette-q");
  field.focus();
  field.select();
  htmx.trigger(field, "palette");
  return true;
}

function choose(line) {
  const before = chosen();
  if (before === line) return;
  before?.setAttribute("aria-selected", "false");
  const field = at("#palette-q");
  if (!line) {
    field.removeAttribute("aria-activedescendant");
    return;
  }
  line.setAttribute("aria-selected", "true");
  field.setAttribute("aria-activedescendant", line.id);
  line.scrollIntoView({ block: "nearest" });
}

function walk(step) {
  const all = lines();
  if (all.length) choose(all[(all.indexOf(chosen()) + step + all.length) % all.length]);
}

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  if (event.target.closest("[data-palette]")) {
    event.preventDefault();
    openPalette();
  }
  // what a line does is done by its link, its form or the attribute of its setting; the palette only goes
  const line = event.target.closest("#palette [role=option]");
  if (line && !event.ctrlKey && !event.metaKey) at("#palette").close();
}, true);

document.addEventListener("mousemove", (event) => {
  const line = event.target instanceof Element && event.target.closest("#palette [role=option]");
  if (line) choose(line);
});

document.addEventListener("keydown", (event) => {
  if (event.target.id !== "palette-q" || event.isComposing) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    walk(step);
  } else if (event.key === "Enter") {
    event.preventDefault();
    event.stopPropagation();
    if (isFresh()) chosen()?.click();
    else isWanted = true;
  }
});

document.addEventListener("input", (event) => {
  if (event.target.id === "palette-q") isWanted = false;
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "palette-found") return;
  choose(lines()[0]);
  at("#palette-status").textContent = list()?.dataset.count || "";
  if (isWanted && isFresh()) {
    isWanted = false;
    chosen()?.click();
  }
});

// The forms of the palette are sent after it has closed: the log-out forgets who was looked at. (A field of a form named
// "action" hides the property of that name, so forms are asked for their attributes.)
document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action") === document.body.dataset.logout) sessionStorage.removeItem(store());
}, true);

function remember() {
  const { client, reader } = document.body.dataset;
  if (!client || !reader) return;
  const known = (sessionStorage.getItem(store()) || "").split(",").filter((id) => id && id !== client);
  sessionStorage.setItem(store(), [client, ...known].slice(0, KEPT).join(","));
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", remember);
else remember();
