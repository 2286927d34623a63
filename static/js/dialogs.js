// data-open="#id" opens a dialog, data-close closes it, a[data-drawer] loads its address into the drawer,
// data-confirm="question" asks before a form is sent or a button is used.
import htmx from "htmx.org";

const at = (selector) => document.querySelector(selector);

export function openDrawer(address) {
  const drawer = at("#drawer");
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
  const theme = target.closest("[data-theme-set]");
  if (theme) {
    document.dispatchEvent(new CustomEvent("crm:choose-theme", { detail: theme.dataset.themeSet }));
    for (const button of document.querySelectorAll("[data-theme-set]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeSet === theme.dataset.themeSet));
    }
  }
  if (target.closest("[data-print]")) window.print();
});

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
