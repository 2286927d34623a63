// Before a page is printed its charts learn to shrink: their SVG has the size of the screen, paper is narrower.
addEventListener("beforeprint", () => {
  for (const svg of document.querySelectorAll("[data-chart] svg")) {
    const [width, height] = [svg.getAttribute("width"), svg.getAttribute("height")];
    if (width > 0 && height > 0) svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  }
});
addEventListener("afterprint", () => {
  for (const svg of document.querySelectorAll("[data-chart] svg")) svg.removeAttribute("viewBox");
});
