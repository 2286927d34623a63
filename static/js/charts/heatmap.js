// {x: [..], y: [..], cells: [[x index, y index, value], ..], format}: depth of one hue, the value printed in the cell
import { axis, font, token, write } from "./tokens.js";

export function heatmap(spec) {
  const highest = Math.max(...spec.cells.map((cell) => cell[2]), 1);
  const names = (data) => axis({ type: "category", data, splitLine: { show: false }, splitArea: { show: false } });
  return {
    xAxis: { ...names(spec.x), position: "top" },
    yAxis: { ...names(spec.y), inverse: true },
    tooltip: { show: false },
    visualMap: { show: false, min: 0, max: highest, inRange: { color: [token("surface-3"), token("c-3")] } },
    series: [{
      type: "heatmap",
      data: spec.cells,
      itemStyle: { borderColor: token("surface"), borderWidth: 2, borderRadius: 3 },
      label: { show: true, color: token("ink"), fontFamily: font(), formatter: ({ value }) => write(value[2], spec.format) },
      emphasis: { disabled: true },
    }],
  };
}
