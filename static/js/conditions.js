// A condition is typed in #condition-pop, which hangs under the link that adds one; what htmx loads into it shows it.
const pop = () => document.querySelector("#condition-pop");
const EDGE = 12;

function place(box) {
  box.style.left = "0px";
  const over = box.getBoundingClientRect().right - (document.documentElement.clientWidth - EDGE);
  if (over > 0) box.style.left = `${-over}px`;
}

function hide() {
  const box = pop();
  if (box && !box.hidden && box.closest(".adder")) box.hidden = true;
}

document.addEventListener("htmx:afterSwap", (event) => {
  const box = event.detail.target;
  if (box?.id !== "condition-pop") return;
  box.hidden = false;
  place(box);
  (box.querySelector("[autofocus]") || box.querySelector("input:not([type=hidden]), a"))?.focus();
});

document.addEventListener("click", (event) => {
  if (event.target instanceof Element && !event.target.closest("#condition-pop, [hx-target='#condition-pop']")) hide();
});

// Typing into a field of one way to say it chooses that way.
document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form.condition");
  if (!form) return;
  const ways = { c_low: "dates", c_high: "dates" };
  const wanted = ways[event.target.name];
  const radio = wanted && form.querySelector(`[name=c_mode][value=${wanted}]`);
  if (radio) radio.checked = true;
  const days = event.target.name === "c_days" && form.querySelector("[name=c_mode]:checked");
  if (days && ["dates", "never"].includes(days.value)) form.querySelector("[name=c_mode][value=before]").checked = true;
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hide();
});
