// Draws every [data-chart] whose numbers stand in the <script type="application/json"> named by data-source.
// One place gives each chart the tokens, the type and the SVG renderer; kinds are in charts/, one small file each.
import { init, use } from "echarts/core";
import { BarChart, CustomChart, HeatmapChart, LineChart, SankeyChart } from "echarts/charts";
import { GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { SVGRenderer } from "echarts/renderers";
import { drawWithin, font, token } from "./charts/tokens.js";
import { bars } from "./charts/bars.js";
import { heatmap } from "./charts/heatmap.js";
import { interval } from "./charts/interval.js";
import { lines } from "./charts/lines.js";
import { lorenz } from "./charts/lorenz.js";
import { position } from "./charts/position.js";
import { sankey } from "./charts/sankey.js";
import { step } from "./charts/step.js";

use([BarChart, CustomChart, HeatmapChart, LineChart, SankeyChart, GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent, VisualMapComponent, SVGRenderer]);

const kinds = { bars, heatmap, interval, lines, lorenz, position, sankey, step };
const drawn = new Map();

function options(kind, source, element) {
  const spec = JSON.parse(source.textContent);
  drawWithin(element);
  return {
    animation: false,
    textStyle: { fontFamily: font(), fontSize: 12, color: token("ink-2") },
    grid: { left: 8, right: 12, top: 12, bottom: 4, containLabel: true },
    tooltip: {
      renderMode: "richText",
      confine: true,
      backgroundColor: token("ink"),
      borderWidth: 0,
      padding: [7, 10],
      textStyle: { color: token("surface"), fontSize: 12, fontFamily: font() },
      axisPointer: { type: "line", lineStyle: { color: token("line-strong") } },
    },
    ...kinds[kind](spec, element.clientWidth),
  };
}

// On paper a chart takes the width that there is; it can, once it says what it was drawn for.
function paint(chart, source, kind, element) {
  chart.setOption(options(kind, source, element), true);
  element.querySelector("svg")?.setAttribute("viewBox", `0 0 ${chart.getWidth()} ${chart.getHeight()}`);
}

function drawOne(element) {
  if (!element.clientWidth) return;
  const source = document.getElementById(element.dataset.source);
  const kind = element.dataset.chart;
  if (!source || !kinds[kind]) return;
  let chart = drawn.get(element);
  if (!chart) {
    chart = init(element, null, { renderer: "svg" });
    drawn.set(element, chart);
    chart.on("click", ({ seriesIndex, dataIndex, dataType }) => {
      const href = JSON.parse(source.textContent).links?.[seriesIndex]?.[dataIndex];
      if (href && dataType !== "node") location.assign(href);
    });
    new ResizeObserver(() => {
      chart.resize();
      paint(chart, source, kind, element);
    }).observe(element);
  }
  paint(chart, source, kind, element);
}

function draw(root) {
  for (const [element, chart] of drawn) {
    if (!element.isConnected) {
      chart.dispose();
      drawn.delete(element);
    }
  }
  const found = [...root.querySelectorAll("[data-chart]")];
  if (root.matches?.("[data-chart]")) found.push(root);
  found.forEach(drawOne);
}

window.crmCharts = { draw };
document.addEventListener("crm:theme", () => draw(document));
draw(document);
