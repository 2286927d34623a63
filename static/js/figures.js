// Fetches charts.js the first time a chart is on the page, and switches a chart card between picture and table.
let asked = false;

export function loadCharts(element) {
  if (!element.querySelector?.("[data-chart]") && !element.matches?.("[data-chart]")) return;
  if (window.crmCharts) {
    window.crmCharts.draw(element);
    return;
  }
  if (asked) return;
  asked = true;
  const script = document.createElement("script");
  script.src = document.body.dataset.charts;
  document.head.append(script);
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest("[data-show]");
  if (!button) return;
  const card = button.closest("[data-chart-card]");
  for (const part of card.querySelectorAll("[data-part]")) part.hidden = part.dataset.part !== button.dataset.show;
  for (const one of card.querySelectorAll("[data-show]")) {
    one.setAttribute("aria-pressed", String(one === button));
    if (one !== button) one.focus();
  }
  window.crmCharts?.draw(card);
});
