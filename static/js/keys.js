// Keyboard: Ctrl+K opens the palette, / searches, j and k walk [data-rows], Enter opens, x picks, g and a letter go to [data-go], ? shows the keys;
// [data-key="c"] is clicked by c: in the current row, else outside the rows.
import { openPalette } from "./palette.js";

const typing = (element) => element instanceof Element && element.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
const seen = (element) => element.getClientRects().length > 0;
const all = (selector, within = document) => [...within.querySelectorAll(selector)].filter(seen);

const rows = () => all("[data-rows] [data-row]");
const current = () => document.querySelector("[data-rows] [data-row].cur");
const linkOf = (row) => row.querySelector("a.nm") || row.querySelector("a");
const keyed = (key) => (current() && all(`[data-key="${key}"]`, current())[0]) || all(`[data-key="${key}"]`).find((one) => !one.closest("[data-row]"));

const PATIENCE = 1500;
let goesUntil = 0;

function walk(step) {
  const every = rows();
  if (!every.length) return;
  const here = every.indexOf(current());
  const next = every[Math.min(every.length - 1, Math.max(0, here + step))];
  every[here]?.classList.remove("cur");
  next.classList.add("cur");
  next.scrollIntoView({ block: "nearest" });
  linkOf(next)?.focus({ preventScroll: true });
}

function focusOn(selector) {
  const [field] = all(selector);
  field?.focus();
  field?.select?.();
  return Boolean(field);
}

function line(keys, words) {
  const term = document.createElement("dt");
  for (const key of keys) {
    const cap = document.createElement("span");
    cap.className = "kbd";
    cap.textContent = key;
    term.append(cap, " ");
  }
  const meaning = document.createElement("dd");
  meaning.textContent = words;
  return [term, meaning];
}

const wordsOf = (element) => element.dataset.keyWords || element.getAttribute("aria-label") || element.title
  || [...element.childNodes].filter((node) => !(node instanceof Element && node.matches(".kbd"))).map((node) => node.textContent).join("").trim()
  || element.querySelector("[aria-label]")?.getAttribute("aria-label");

// The dialog lists what works on this page: its own lines say what they need (data-needs) or stand in for (data-lacks), the rest is read from the page.
export function showKeys() {
  const dialog = document.querySelector("#keys");
  if (!dialog || dialog.open) return;
  for (const one of dialog.querySelectorAll("[data-needs]")) one.hidden = !all(one.dataset.needs).length;
  for (const one of dialog.querySelectorAll("[data-lacks]")) one.hidden = all(one.dataset.lacks).length > 0;
  const own = dialog.querySelector("[data-keys-own]");
  const known = new Set();
  own.replaceChildren();
  for (const one of document.querySelectorAll("[data-key]")) {
    if (dialog.contains(one) || known.has(one.dataset.key) || !(seen(one) || one.closest("[data-row]"))) continue;
    known.add(one.dataset.key);
    own.append(...line([one.dataset.key], wordsOf(one)));
  }
  for (const one of document.querySelectorAll(".side [data-go]")) own.append(...line(["g", one.dataset.go], one.textContent.trim()));
  dialog.showModal();
}

const actions = {
  j: () => walk(1),
  k: () => walk(-1),
  "/": () => focusOn("[data-search]") || openPalette(),
  "?": showKeys,
  g: () => { goesUntil = Date.now() + PATIENCE; },
  Enter: (event) => {
    const row = current();
    if (!row || event.target.closest("a, button, summary")) return false;
    linkOf(row)?.click();
    return true;
  },
  x: () => current()?.querySelector(".pick")?.click(),
};

document.addEventListener("click", (event) => event.target instanceof Element && event.target.closest("[data-keys]") && showKeys());

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
    return;
  }
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    event.target.closest?.("form")?.requestSubmit();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  const page = Date.now() < goesUntil && document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
  goesUntil = 0;
  if (page) {
    event.preventDefault();
    page.click();
    return;
  }
  const action = actions[event.key];
  if (action) {
    if (action(event) !== false) event.preventDefault();
    return;
  }
  const target = /^[a-z]$/.test(event.key) && keyed(event.key);
  if (target) {
    event.preventDefault();
    target.click();
  }
});
