// Before a page is printed it turns light, and its charts learn to shrink: their SVG has the size of the screen, paper is narrower.
const root = document.documentElement;
let theme = null;

function turn(to) {
  root.dataset.bsTheme = to;
  document.dispatchEvent(new CustomEvent("crm:theme"));
}

addEventListener("beforeprint", () => {
  theme = root.dataset.bsTheme === "dark" ? "dark" : null;
  if (theme) turn("light");
  for (const svg of document.querySelectorAll("[data-chart] svg")) {
    const [width, height] = [svg.getAttribute("width"), svg.getAttribute("height")];
    if (width > 0 && height > 0) svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  }
});

addEventListener("afterprint", () => {
  for (const svg of document.querySelectorAll("[data-chart] svg")) svg.removeAttribute("viewBox");
  if (theme) turn(theme);
  theme = null;
});
