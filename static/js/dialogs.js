// data-open="#id" opens a dialog, data-close closes it, a[data-drawer] loads its address into the drawer,
// data-confirm="question" asks before a form is sent or a button is used.
import htmx from "htmx.org";

const at = (selector) => document.querySelector(selector);

// Where the focus was: the browser gives it back when a dialog closes, unless what had it was swapped away meanwhile.
let back = null;

function noteFocus() {
  const { activeElement } = document;
  const row = activeElement?.closest("[data-row]");
  back = { element: activeElement, place: row ? [...document.querySelectorAll("[data-row]")].indexOf(row) : -1 };
}

export function openDrawer(address) {
  const drawer = at("#drawer");
  if (!drawer.open) noteFocus();
  htmx.ajax("GET", address, { target: "#drawer-body", swap: "innerHTML" }).then(() => {
    if (!drawer.open) drawer.showModal();
    drawer.querySelector("[autofocus], input, select, textarea")?.focus();
  });
}

document.addEventListener("click", (event) => {
  const { target } = event;
  if (!(target instanceof Element)) return;
  const opener = target.closest("[data-open]");
  if (opener) {
    event.preventDefault();
    at(opener.dataset.open)?.showModal();
  }
  if (target.closest("[data-close]")) target.closest("dialog")?.close();
  if (target instanceof HTMLDialogElement && target.open) target.close();
  const link = target.closest("a[data-drawer]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    openDrawer(link.href);
  }
  for (const what of ["theme", "density"]) {
    const name = `${what}Set`;
    const button = target.closest(`[data-${what}-set]`);
    if (!button) continue;
    document.dispatchEvent(new CustomEvent(`crm:choose-${what}`, { detail: button.dataset[name] }));
    for (const one of document.querySelectorAll(`[data-${what}-set][aria-pressed]`)) {
      one.setAttribute("aria-pressed", String(one.dataset[name] === button.dataset[name]));
    }
  }
  if (target.closest("[data-print]")) window.print();
});

document.addEventListener("close", (event) => {
  if (event.target.contains(document.activeElement)) document.activeElement.blur();
  if (event.target.id !== "drawer") return;
  // what was revealed there does not stay in the page
  at("#drawer-body").replaceChildren();
  setTimeout(() => {
    if (document.activeElement && document.activeElement !== document.body) return;
    const row = document.querySelectorAll("[data-row]")[back?.place];
    const target = back?.element?.isConnected ? back.element : row?.querySelector("a.nm, a") || at("#main");
    row?.classList.add("cur");
    target?.focus({ preventScroll: true });
  });
}, true);

document.addEventListener("close-drawer", () => at("#drawer")?.close());

function ask(element, go) {
  const dialog = at("#ask");
  const words = element.dataset;
  dialog.querySelector("[data-ask-title]").textContent = words.confirmTitle || words.confirmAction || dialog.dataset.title;
  dialog.querySelector("[data-ask-text]").textContent = words.confirm;
  const yes = dialog.querySelector("[data-ask-yes]");
  yes.textContent = words.confirmAction || dialog.dataset.yes;
  yes.classList.toggle("bad", "confirmDanger" in words);
  yes.classList.toggle("pri", !("confirmDanger" in words));
  dialog.returnValue = "";
  dialog.addEventListener("close", () => dialog.returnValue === "yes" && go(), { once: true });
  dialog.showModal();
}

let passed = null;

addEventListener("submit", (event) => {
  const source = event.submitter?.dataset.confirm ? event.submitter : event.target;
  if (!source.dataset.confirm || passed === event.target) {
    passed = null;
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(source, () => {
    passed = event.target;
    event.target.requestSubmit(event.submitter);
  });
}, true);

addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest("[hx-post][data-confirm], [hx-delete][data-confirm], a[data-confirm]");
  if (!button || passed === button) {
    if (button) passed = null;
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(button, () => {
    passed = button;
    button.click();
  });
}, true);
