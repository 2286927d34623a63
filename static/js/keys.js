// Keyboard: Ctrl+K and / search, j and k walk [data-rows], Enter opens, x picks, ? shows the keys; [data-key="c"] is clicked by c.
const typing = (element) => element instanceof Element && element.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
const seen = (element) => element.getClientRects().length > 0;

const rows = () => [...document.querySelectorAll("[data-rows] [data-row]")].filter(seen);
const current = () => document.querySelector("[data-rows] [data-row].cur");

function walk(step) {
  const all = rows();
  if (!all.length) return;
  const here = all.indexOf(current());
  const next = all[Math.min(all.length - 1, Math.max(0, here + step))];
  all[here]?.classList.remove("cur");
  next.classList.add("cur");
  next.scrollIntoView({ block: "nearest" });
  (next.querySelector("a.nm") || next.querySelector("a"))?.focus({ preventScroll: true });
}

function focusOn(selector) {
  const field = [...document.querySelectorAll(selector)].find(seen);
  field?.focus();
  field?.select?.();
  return Boolean(field);
}

const actions = {
  j: () => walk(1),
  k: () => walk(-1),
  "/": () => focusOn("[data-search]") || focusOn("[data-find]"),
  "?": () => document.querySelector("#keys")?.showModal(),
  Enter: (event) => {
    const row = current();
    if (!row || event.target.closest("a, button")) return false;
    (row.querySelector("a.nm") || row.querySelector("a"))?.click();
    return true;
  },
  x: () => current()?.querySelector(".pick")?.click(),
};

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    if (focusOn("[data-find]") || focusOn("[data-search]")) event.preventDefault();
    return;
  }
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    event.target.closest?.("form")?.requestSubmit();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  const action = actions[event.key];
  if (action) {
    if (action(event) !== false) event.preventDefault();
    return;
  }
  if (!/^[a-z]$/.test(event.key)) return;
  const find = (within) => within && [...within.querySelectorAll(`[data-key="${event.key}"]`)].find(seen);
  const target = find(current()) || find(document);
  if (target) {
    event.preventDefault();
    target.click();
  }
});
