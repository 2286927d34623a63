// What somebody typed is never lost: form[data-draft="key"] keeps its fields in sessionStorage while one types, fills them in
// when it is opened again, says so, and forgets them once they are saved. A session that ends meanwhile keeps the form as it is.
import htmx from "htmx.org";

const PREFIX = "draft:";
const SENT = "draft-sent";
const keyOf = (form) => PREFIX + form.dataset.draft;
const formOf = (element) => element instanceof Element && element.closest("form[data-draft]");
const say = (form, what, shown) => { const note = form.querySelector(`[data-draft-${what}]`); if (note) note.hidden = !shown; };

// Hidden fields belong to the page that sent them, except those that name what is typed (data-draft-keep: uid, version).
const fieldsOf = (form) => [...form.elements].filter((field) => field.name && !["submit", "button", "file", "password"].includes(field.type)
  && (field.type !== "hidden" || field.dataset.draftKeep !== undefined));
const isChoice = (field) => field.type === "radio" || field.type === "checkbox";

function valuesOf(form) {
  const values = {};
  for (const field of fieldsOf(form)) {
    if (!isChoice(field)) values[field.name] = field.value;
    else if (field.checked) values[field.name] = field.value;
    else if (field.type === "checkbox") values[field.name] = "";
  }
  return values;
}

const keep = (form) => sessionStorage.setItem(keyOf(form), JSON.stringify(valuesOf(form)));
const forget = (form) => sessionStorage.removeItem(keyOf(form));

function restore(form) {
  const kept = sessionStorage.getItem(keyOf(form));
  if (!kept) return;
  // the form came back with errors or with somebody else's version: what it says now is what was typed
  if (form.dataset.draftSent !== undefined) return keep(form);
  const values = JSON.parse(kept);
  let found = false;
  for (const field of fieldsOf(form)) {
    if (!(field.name in values)) continue;
    const before = isChoice(field) ? field.checked : field.value;
    if (isChoice(field)) field.checked = field.value === values[field.name];
    else field.value = values[field.name];
    if (before !== (isChoice(field) ? field.checked : field.value) && field.type !== "hidden") found = true;
  }
  say(form, "found", found);
}

htmx.onLoad((element) => {
  const forms = [...element.querySelectorAll("form[data-draft]")];
  if (element.matches?.("form[data-draft]")) forms.push(element);
  forms.forEach(restore);
});

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    const form = formOf(event.target);
    if (form) keep(form);
  });
}

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  const form = formOf(event.target);
  if (form && event.target.closest("[data-draft-drop]")) {
    forget(form);
    form.reset();
    say(form, "found", false);
  }
  const login = event.target.closest("[data-draft-login]");
  if (login) login.search = `?next=${encodeURIComponent(location.pathname + location.search)}`;
});

// Saved: nothing to keep.
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target instanceof HTMLFormElement && formOf(event.target);
  const { xhr } = event.detail;
  if (!form || xhr.status < 200 || xhr.status >= 300 || cameToLogIn(xhr)) return;
  forget(form);
});

// A form that is sent as a page: the page that answers does not hold it any more, unless it came back with errors, or the
// session had ended and this is the page after the log-in.
document.addEventListener("submit", (event) => {
  const form = formOf(event.target);
  if (form && !form.hasAttribute("hx-post")) sessionStorage.setItem(SENT, keyOf(form));
});

function forgetSent() {
  const sent = sessionStorage.getItem(SENT);
  if (!sent) return;
  sessionStorage.removeItem(SENT);
  const before = document.referrer && new URL(document.referrer).pathname;
  if (before !== document.body.dataset.login && !document.querySelector("form[data-draft-sent]")) sessionStorage.removeItem(sent);
}
forgetSent();

// Logging out leaves nothing of a client in the browser.
document.addEventListener("submit", (event) => {
  if (!(event.target instanceof HTMLFormElement) || !event.target.getAttribute("action")?.endsWith("/log-out/")) return;
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
});

function cameToLogIn(xhr) {
  const login = document.body.dataset.login;
  return Boolean(login && xhr.responseURL && new URL(xhr.responseURL).pathname === login);
}

// The log-in page that answers a form is not shown in its place: the text stays, and the form says what to do. (This listener
// stands before the one that shows the log-in page whole.)
document.addEventListener("htmx:beforeSwap", (event) => {
  const form = formOf(event.detail.requestConfig?.elt);
  if (!form || !cameToLogIn(event.detail.xhr)) return;
  event.detail.shouldSwap = false;
  event.stopImmediatePropagation();
  keep(form);
  say(form, "expired", true);
  form.querySelector("[data-draft-login]")?.focus();
});
