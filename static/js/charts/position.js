// {categories: [days], name, values: [percent or null], reference: {name, values: [percent or null], from: [..], to: [..]} (a band from–to, null where there is none)}
import { categories, font, shade, token, values, write } from "./tokens.js";

export function position(spec) {
  const { reference } = spec;
  const ceiling = Math.max(100, Math.ceil(Math.max(...spec.values.filter((value) => value !== null)) / 50) * 50);
  const unseen = { type: "line", step: "middle", stack: "band", silent: true, showSymbol: false, tooltip: { show: false }, lineStyle: { opacity: 0 } };
  const percent = (value) => write(value, "points");
  return {
    grid: { left: 8, right: 58, top: 14, bottom: 4, containLabel: true },
    xAxis: categories(spec.categories, { boundaryGap: false, axisLabel: { showMinLabel: true, showMaxLabel: true, alignMinLabel: "left", alignMaxLabel: "right" } }),
    yAxis: values("points", { min: 0, max: ceiling, interval: 50 }),
    tooltip: {
      trigger: "axis", renderMode: "richText", confine: true, backgroundColor: token("ink"), borderWidth: 0, textStyle: { color: token("surface"), fontSize: 12 },
      formatter: ([{ dataIndex: at, axisValue }]) => [axisValue, `${spec.name}  ${percent(spec.values[at])}`, `${reference.name}  ${percent(reference.values[at])}`].join("\n"),
    },
    series: [
      { ...unseen, data: reference.from },
      { ...unseen, data: reference.to.map((to, at) => (to === null ? null : to - reference.from[at])), areaStyle: { color: token("c-3"), opacity: 0.32 } },
      { type: "line", step: "middle", name: reference.name, data: reference.values, silent: true, showSymbol: false, connectNulls: false, lineStyle: { color: token("ink-3"), type: "dashed", width: 1 }, itemStyle: { color: token("ink-3") } },
      {
        type: "line", name: spec.name, data: spec.values, showSymbol: false, connectNulls: false,
        lineStyle: { color: shade(1), width: 2 }, itemStyle: { color: shade(1) },
        endLabel: { show: true, formatter: ({ value }) => percent(value), color: token("ink"), fontWeight: 600, fontFamily: font() },
      },
    ],
  };
}
