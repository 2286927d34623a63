// Short messages. The server sends them in the page, out of band by htmx, or as the event "toast" in HX-Trigger:
// {"toast": {"text", "href", "label", "undo", "stay"}}; undo is an address that takes it back when it is posted to.
import htmx from "htmx.org";

const PATIENCE = 8000;
const PATIENCE_FOR_UNDO = 20000;

function expire(toast) {
  if (toast.dataset.stay !== undefined) return;
  const patience = toast.querySelector("form") ? PATIENCE_FOR_UNDO : PATIENCE;
  let timer = setTimeout(() => toast.remove(), patience);
  const hold = () => clearTimeout(timer);
  const release = () => { hold(); timer = setTimeout(() => toast.remove(), patience / 2); };
  toast.addEventListener("mouseenter", hold);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("mouseleave", release);
  toast.addEventListener("focusout", release);
}

// The messages lie in the topmost open dialog, else in the page: a modal dialog covers and silences all that is outside of it.
function place(box) {
  const home = [...document.querySelectorAll("dialog:modal")].at(-1) ?? document.body;
  if (box.parentElement !== home) home.append(box);
}

export function toast({ text, href, label, undo, stay }) {
  const box = document.querySelector("#toasts");
  const copy = document.querySelector("#toast-model")?.content.firstElementChild.cloneNode(true);
  if (!box || !copy) return;
  copy.querySelector("[data-text]").textContent = text;
  const link = copy.querySelector("a");
  if (href) {
    link.href = href;
    link.textContent = label;
  } else {
    link.remove();
  }
  const form = copy.querySelector("form");
  if (undo) {
    form.setAttribute("action", undo);
    form.setAttribute("hx-post", undo);
    if (label) form.querySelector("button").textContent = label;
  } else {
    form.remove();
  }
  if (stay) copy.dataset.stay = "";
  place(box); // before it is filled: what is said in a hidden place is not read out
  box.append(copy);
  if (undo) htmx.process(copy);
}

// What was taken back needs no message about it any more; the answer brings its own.
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful && event.target instanceof Element) event.target.closest(".tst")?.remove();
});

function watch() {
  const box = document.querySelector("#toasts");
  if (!box) return;
  box.querySelectorAll(".tst").forEach(expire);
  new MutationObserver((changes) => {
    for (const change of changes) change.addedNodes.forEach((node) => node instanceof Element && node.matches(".tst") && expire(node));
  }).observe(box, { childList: true });
  new MutationObserver(() => place(box)).observe(document.body, { subtree: true, attributeFilter: ["open"] });
}

document.addEventListener("toast", (event) => toast(event.detail));
document.addEventListener("click", (event) => event.target instanceof Element && event.target.closest("[data-dismiss]")?.closest(".tst")?.remove());
document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  toast({ text: `${document.body.dataset.failed} (${status})`, stay: true });
});
document.addEventListener("htmx:sendError", () => toast({ text: document.body.dataset.offline, stay: true }));
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", watch);
else watch();
