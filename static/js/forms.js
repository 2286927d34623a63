// form[data-autosubmit] is sent when a field changes; a form that is on its way cannot be sent twice.
document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-autosubmit]");
  if (form) form.requestSubmit();
});

// Empty fields stay out of the address bar, so that a view can be read and sent to a colleague.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "get" || form.dataset.keepEmpty !== undefined) return;
  for (const field of form.querySelectorAll("input[name], select[name]")) {
    if (field.value === "" && !field.disabled) {
      field.disabled = true;
      setTimeout(() => { field.disabled = false; });
    }
  }
});

// A download answers without leaving the page, so the form wakes up again.
const WAKE = 5000;
const sent = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.closest("[hx-post]")) return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  const buttons = [...form.querySelectorAll("button:not([type=button])")];
  setTimeout(() => buttons.forEach((button) => button.setAttribute("aria-disabled", "true")));
  setTimeout(() => {
    sent.delete(form);
    buttons.forEach((button) => button.removeAttribute("aria-disabled"));
  }, WAKE);
});

addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
