// While a form[data-drop] sends its files: a bar of what has gone over, in percent, for as long as it takes.
document.addEventListener("htmx:xhr:progress", (event) => {
  const form = event.target instanceof Element && event.target.closest("form[data-drop]");
  const { lengthComputable, loaded, total } = event.detail;
  const box = form && form.querySelector("[data-upload]");
  // the short answer makes progress events too
  if (!box || !lengthComputable || total < Number(box.dataset.total || 0)) return;
  box.dataset.total = total;
  box.hidden = false;
  const share = loaded / total;
  const bar = box.querySelector("svg");
  bar.querySelector(".fg").setAttribute("width", (share * 1000).toFixed(0));
  bar.setAttribute("aria-valuenow", (share * 100).toFixed(0));
  box.querySelector("[data-upload-text]").textContent = `${(share * 100).toFixed(0)}%`;
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target instanceof Element && event.target.closest("form[data-drop]");
  if (!form) return;
  form.querySelector("[data-upload]").hidden = true;
  form.querySelector("[data-upload]").dataset.total = 0;
  for (const input of form.querySelectorAll("input[type=file]")) input.value = "";
});
