// Choosing rows: [data-pick-all] beside .pick boxes in one [data-list]; [data-bulk] shows while something is chosen, [data-bulk-count] says how many.
// [data-chart-card] has buttons [data-show="chart"|"table"]; figures.js draws what becomes visible.
function count(list) {
  const boxes = [...list.querySelectorAll(".pick")];
  const chosen = boxes.filter((box) => box.checked).length;
  for (const all of list.querySelectorAll("[data-pick-all]")) {
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
  for (const bar of list.querySelectorAll("[data-bulk]")) bar.hidden = chosen === 0;
  for (const word of list.querySelectorAll("[data-bulk-count]")) word.textContent = chosen.toLocaleString();
}

document.addEventListener("change", (event) => {
  const box = event.target;
  const list = box.closest?.("[data-list]");
  if (!list) return;
  if (box.matches("[data-pick-all]")) for (const one of list.querySelectorAll(".pick")) one.checked = box.checked;
  if (box.matches("[data-pick-all], .pick")) count(list);
});

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  const clear = event.target.closest("[data-pick-none]");
  if (clear) {
    const list = clear.closest("[data-list]");
    for (const one of list.querySelectorAll(".pick")) one.checked = false;
    count(list);
  }
  const menu = event.target.closest("details.menu");
  for (const open of document.querySelectorAll("details.menu[open]")) if (open !== menu) open.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") for (const open of document.querySelectorAll("details.menu[open]")) open.open = false;
});
