// {points: [[x %, y %], ..], marks: [{x, y, text, main}], x_name}: the cumulated share with the even line and the readings written on it
import { font, measured, token, values } from "./tokens.js";

export function lorenz(spec) {
  const main = spec.marks.find((mark) => mark.main);
  const guide = main && { type: "line", silent: true, data: [[main.x, 0], [main.x, main.y], [0, main.y]], showSymbol: false, lineStyle: { color: token("ink-3"), width: 1, type: [3, 3] } };
  return {
    grid: { left: 12, right: 18, top: 14, bottom: 26, containLabel: true },
    xAxis: measured(spec.x_name, { min: 0, max: 100, interval: 20 }),
    yAxis: values("points", { min: 0, max: 100, interval: 20 }),
    tooltip: { show: false },
    series: [
      { type: "line", silent: true, data: spec.points, showSymbol: false, lineStyle: { color: token("c-1"), width: 2 }, areaStyle: { color: token("c-band"), opacity: 1 } },
      { type: "line", silent: true, data: [[0, 0], [100, 100]], showSymbol: false, lineStyle: { color: token("line-strong"), type: "dashed", width: 1 } },
      guide,
      {
        type: "custom", z: 5, silent: true, encode: { x: 0, y: 1 }, data: spec.marks.map((mark) => [mark.x, mark.y]),
        renderItem: (params, api) => {
          const mark = spec.marks[params.dataIndex];
          const [x, y] = api.coord([mark.x, mark.y]);
          return {
            type: "group",
            children: [
              { type: "circle", shape: { cx: x, cy: y, r: 3.5 }, style: { fill: token("c-1") } },
              { type: "text", x: x + 10, y: y + 5, style: { text: mark.text, font: `${mark.main ? "600 " : ""}12px ${font()}`, fill: token("ink"), backgroundColor: token("c-band"), padding: [1, 4] } },
            ],
          };
        },
      },
    ].filter(Boolean),
  };
}
