// {blocks: [{label, count, average, text, shade}], line: {value, label}, x_name}: width = clients, height = their average, area = the total
import { font, measured, reference, shade, token, values } from "./tokens.js";

const TOP = 30;

function place(blocks) {
  let from = 0;
  return blocks.map((block) => {
    const span = [from, from + block.count, block.average];
    from += block.count;
    return span;
  });
}

export function step(spec, width) {
  const data = place(spec.blocks);
  const total = data.at(-1)?.[1] || 1;
  const highest = Math.max(...spec.blocks.map((block) => block.average), 1);
  const roomy = width > 480;
  let lowest = 0;
  return {
    grid: { left: 12, right: 20, top: TOP, bottom: 26, containLabel: true },
    xAxis: measured(spec.x_name, { min: 0, max: total }),
    yAxis: values("money", { max: highest * 1.04, splitNumber: 4, axisLabel: { showMaxLabel: false } }),
    tooltip: {
      trigger: "item", renderMode: "richText", confine: true, backgroundColor: token("ink"), borderWidth: 0, textStyle: { color: token("surface"), fontSize: 12 },
      formatter: ({ dataIndex }) => `${spec.blocks[dataIndex].label}\n${spec.blocks[dataIndex].text}`,
    },
    series: [
      {
        type: "custom", encode: { x: [0, 1], y: 2 }, data,
        renderItem: (params, api) => {
          const [left, top] = api.coord([api.value(0), api.value(2)]);
          const [right, bottom] = api.coord([api.value(1), 0]);
          const block = spec.blocks[params.dataIndex];
          return { type: "rect", shape: { x: left, y: top, width: Math.max(right - left - 1, 1), height: Math.max(bottom - top, 1) }, style: { fill: shade(block.shade ?? params.dataIndex + 1) } };
        },
      },
      {
        type: "custom", silent: true, encode: { x: [0, 1], y: 2 }, data: roomy ? data : [],
        renderItem: (params, api) => {
          const index = params.dataIndex;
          const block = spec.blocks[index];
          const [left, top] = api.coord([api.value(0), api.value(2)]);
          const [right, bottom] = api.coord([api.value(1), 0]);
          const edge = params.coordSys.x + params.coordSys.width;
          const middle = (left + right) / 2;
          const first = index === 0;
          // each label stands below the one before and above its own block; the last ones lean left to stay inside
          const y = first ? TOP + 2 : lowest + 40;
          const crowded = !first && y > top - 44; // no room above its own block: beside it
          lowest = y;
          const text = `${block.label}  ${block.caption ?? ""}`;
          const x = Math.min(first || crowded ? right + 10 : middle + 9, edge - 250);
          const leader = !first && x > middle && y + 36 < top ? [{ type: "line", shape: { x1: middle, y1: top - 2, x2: middle, y2: y }, style: { stroke: token("ink-3"), lineWidth: 1 } }] : [];
          return {
            type: "group",
            children: [
              ...leader,
              { type: "text", x, y, style: { text, font: `600 13px ${font()}`, fill: token("ink") } },
              { type: "text", x, y: y + 18, style: { text: block.text, font: `12px ${font()}`, fill: token("ink-2") } },
            ],
          };
        },
      },
      { type: "line", data: [], markLine: reference(spec.line) },
    ],
  };
}
