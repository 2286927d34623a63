// {rows: [{label, value, low, high, text, shade}], format}: a bar with its interval as a thin line and the figure printed beside it
import { categories, font, shade, token } from "./tokens.js";

export function interval(spec) {
  const highest = Math.max(...spec.rows.map((row) => row.high), 1);
  const room = 24 + 7 * Math.max(...spec.rows.map((row) => row.text.length));
  const thin = { stroke: token("ink"), lineWidth: 1.2, fill: null };
  return {
    grid: { left: 12, right: room, top: 4, bottom: 4, containLabel: true },
    xAxis: { type: "value", show: false, min: Math.min(0, ...spec.rows.map((row) => row.low)), max: highest },
    yAxis: categories(spec.rows.map((row) => row.label), { inverse: true, axisLine: { show: false }, axisLabel: { color: token("ink-2"), fontSize: 12 } }),
    tooltip: { show: false },
    series: [
      { type: "bar", barWidth: 13, data: spec.rows.map((row, index) => ({ value: row.value, itemStyle: { color: shade(row.shade ?? index + 1), borderRadius: [0, 2, 2, 0] } })) },
      {
        type: "custom", silent: true, encode: { x: [1, 2], y: 0 }, data: spec.rows.map((row, index) => [index, row.low, row.high]),
        renderItem: (params, api) => {
          const row = spec.rows[params.dataIndex];
          const [low, y] = api.coord([row.low, params.dataIndex]);
          const [high] = api.coord([row.high, params.dataIndex]);
          const stroke = (x1, y1, x2, y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style: thin });
          return {
            type: "group",
            children: [
              stroke(low, y, high, y), stroke(low, y - 4, low, y + 4), stroke(high, y - 4, high, y + 4),
              { type: "text", x: high + 10, y: y - 7, style: { text: row.text, font: `12px ${font()}`, fill: token("ink") } },
            ],
          };
        },
      },
    ],
  };
}
