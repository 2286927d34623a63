// [data-copy="id"] copies what stands in a field, and says so ([data-copied]). Without a secure address the browser offers no
// clipboard to a page, but still copies what is marked.
document.addEventListener("click", async (event) => {
  const button = event.target instanceof Element && event.target.closest("[data-copy]");
  const field = button && document.getElementById(button.dataset.copy);
  if (!field) return;
  field.select();
  const done = navigator.clipboard ? await navigator.clipboard.writeText(field.value).then(() => true, () => false) : document.execCommand("copy");
  const word = button.querySelector("span");
  if (done && word) word.textContent = button.dataset.copied;
});
