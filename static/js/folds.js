// On the phone a card folds: button[data-fold="name"] in its header; what is folded is remembered in this browser.
const key = (name) => `fold:${name}`;
const kept = (name) => { try { return localStorage.getItem(key(name)); } catch { return null; } };
const keep = (name, folded) => { try { folded ? localStorage.setItem(key(name), "1") : localStorage.removeItem(key(name)); } catch { /* private window */ } };

function show(button, folded) {
  button.setAttribute("aria-expanded", String(!folded));
  button.closest(".card")?.classList.toggle("folded", folded);
}

export function restoreFolds(element) {
  for (const button of element.querySelectorAll?.("[data-fold]") ?? []) show(button, kept(button.dataset.fold) === "1");
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-fold]");
  if (!button) return;
  const folded = button.getAttribute("aria-expanded") === "true";
  show(button, folded);
  keep(button.dataset.fold, folded);
});
