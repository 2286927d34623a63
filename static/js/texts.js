// Writing a text: [data-put="id"] puts a placeholder where the caret stands ([data-whole]: in place of all that stands there); [data-for-channel] is shown for these channels only.
// In the contact form: a script that is chosen already (a kept draft, a form that came back) is read at once.
import htmx from "htmx.org";

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest("[data-put]");
  const field = button && document.getElementById(button.dataset.put);
  if (!field) return;
  if (button.dataset.whole !== undefined) field.select();
  field.setRangeText(button.dataset.value, field.selectionStart, field.selectionEnd, "end");
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

function showFor(form) {
  const channel = form.querySelector("[name=channel]")?.value;
  for (const part of form.querySelectorAll("[data-for-channel]")) {
    const filled = [...part.querySelectorAll("input")].some((input) => input.value);
    part.hidden = !filled && !part.dataset.forChannel.split(" ").includes(channel);
  }
}

document.addEventListener("change", (event) => {
  if (event.target instanceof Element && event.target.matches("#text-form [name=channel]")) showFor(event.target.form);
});
htmx.onLoad((element) => {
  const form = element.querySelector("#text-form");
  if (form) showFor(form);
  for (const choice of element.querySelectorAll(".script")) if (choice.querySelector("select").value) htmx.trigger(choice, "change");
});
