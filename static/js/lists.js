// Choosing rows: [data-pick-all] beside .pick boxes in one [data-list]; [data-bulk] shows while something is chosen, [data-bulk-count] says how many.
// [data-pick-matching] chooses what is on the other pages too: the server finds them by the conditions. [data-in-drawer] asks what to do in the drawer.
// [data-chart-card] has buttons [data-show="chart"|"table"]; figures.js draws what becomes visible.
import { openDrawer } from "./dialogs.js";

function choose(list, all) {
  for (const field of list.querySelectorAll("[data-all]")) field.value = all ? "1" : "";
  for (const word of list.querySelectorAll("[data-one-page], [data-pick-matching]")) word.hidden = all;
  for (const word of list.querySelectorAll("[data-all-pages]")) word.hidden = !all;
}

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
  if (box.matches("[data-pick-all], .pick")) {
    choose(list, false);
    count(list);
  }
});

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  const clear = event.target.closest("[data-pick-none]");
  if (clear) {
    const list = clear.closest("[data-list]");
    for (const one of list.querySelectorAll(".pick")) one.checked = false;
    choose(list, false);
    count(list);
  }
  const matching = event.target.closest("[data-pick-matching]");
  if (matching) {
    const list = matching.closest("[data-list]");
    for (const one of list.querySelectorAll(".pick")) one.checked = true;
    count(list);
    choose(list, true);
  }
  const asks = event.target.closest("[data-in-drawer]");
  if (asks) {
    event.preventDefault();
    const fields = new FormData(asks.form);
    if (fields.get("all")) fields.delete("client");
    openDrawer(`${asks.formAction}?${new URLSearchParams(fields)}`);
  }
  const up = event.target.closest("[data-up]");
  if (up) {
    event.preventDefault();
    const row = up.closest("li");
    row.previousElementSibling?.before(row);
    up.focus();
  }
  const menu = event.target.closest("details.menu");
  for (const open of document.querySelectorAll("details.menu[open]")) if (open !== menu) open.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") for (const open of document.querySelectorAll("details.menu[open]")) open.open = false;
});
