// form[data-drop] takes files and whole folders dropped on it, puts them into its input[type=file] and sends itself; choosing files does the same.
const formOf = (event) => event.target instanceof Element && event.target.closest("form[data-drop]");

async function filesOf(entry) {
  if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  const reader = entry.createReader();
  const found = [];
  // readEntries gives at most 100 at a time
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return found;
    for (const one of some) found.push(...await filesOf(one));
  }
}

async function collect(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files];
  const lists = await Promise.all(entries.map(filesOf));
  return lists.flat().filter((file) => !file.name.startsWith("."));
}

document.addEventListener("dragover", (event) => {
  const form = formOf(event);
  if (!form) return;
  event.preventDefault();
  form.querySelector(".drop")?.classList.add("over");
});

document.addEventListener("dragleave", (event) => {
  const form = formOf(event);
  if (form && !form.contains(event.relatedTarget)) form.querySelector(".drop")?.classList.remove("over");
});

document.addEventListener("drop", async (event) => {
  const form = formOf(event);
  if (!form) return;
  event.preventDefault();
  form.querySelector(".drop")?.classList.remove("over");
  const basket = new DataTransfer();
  for (const file of await collect(event.dataTransfer)) basket.items.add(file);
  const input = form.querySelector("input[type=file]:not([webkitdirectory])");
  if (!input || !basket.files.length) return;
  input.files = basket.files;
  form.requestSubmit();
});

document.addEventListener("change", (event) => {
  const form = formOf(event);
  if (form && event.target.matches("input[type=file]") && event.target.files.length) form.requestSubmit();
});

// A button that stands for a hidden file input: <button data-pick-files="#id">
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest("[data-pick-files]");
  if (button) document.querySelector(button.dataset.pickFiles)?.click();
});
