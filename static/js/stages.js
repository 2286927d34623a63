// A client is dragged to another stage: forward at once, back by the form that asks why. The buttons in the row do the same.
import htmx from "htmx.org";
import { openDrawer } from "./dialogs.js";

const laneOf = (element) => element instanceof Element && element.closest("[data-lane]");
let row = null;

document.addEventListener("dragstart", (event) => {
  row = event.target instanceof Element ? event.target.closest("[data-move]") : null;
  if (!row) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", "");
});

document.addEventListener("dragend", () => { row = null; mark(null); });

function mark(lane) {
  for (const other of document.querySelectorAll("[data-lane].over")) if (other !== lane) other.classList.remove("over");
  lane?.classList.add("over");
}

document.addEventListener("dragover", (event) => {
  const lane = row && laneOf(event.target);
  if (lane) event.preventDefault();
  mark(lane || null);
});

document.addEventListener("drop", (event) => {
  const to = row && laneOf(event.target);
  const from = row && laneOf(row);
  if (!to || to === from) return;
  event.preventDefault();
  const { move, seen } = row.dataset;
  const stage = to.dataset.lane;
  if (stage < from.dataset.lane) openDrawer(`${move}?to=${stage}`);
  else htmx.ajax("POST", move, { values: { stage, seen }, swap: "none" });
});
