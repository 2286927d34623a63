// {categories: [..], series: [{name, values: [..], shade: 1-4, tokens: colour of each bar}], stacked, horizontal, format, line: {value, label}, recent: number of last bars in full colour}
import { categories, reference, shade, token, values, write } from "./tokens.js";

export function bars(spec) {
  const numbers = values(spec.format, { max: spec.max });
  const names = categories(spec.categories, { inverse: Boolean(spec.horizontal) });
  const paint = (series, index, at) => {
    const colour = series.tokens ? token(series.tokens[at]) : shade(series.shade ?? index + 1);
    return spec.recent && at < series.values.length - spec.recent ? token("c-3") : colour;
  };
  const named = spec.stacked && spec.series.length > 1; // colours that lie on each other are told apart by words
  return {
    ...(named && { grid: { left: 8, right: 12, top: 34, bottom: 4, containLabel: true } }),
    legend: named ? { selectedMode: false, left: 4, top: 0, itemWidth: 10, itemHeight: 10, textStyle: { color: token("ink-2"), fontSize: 12 } } : undefined,
    xAxis: spec.horizontal ? numbers : names,
    yAxis: spec.horizontal ? names : numbers,
    tooltip: {
      trigger: "axis", renderMode: "richText", confine: true, backgroundColor: token("ink"), borderWidth: 0, textStyle: { color: token("surface"), fontSize: 12 },
      axisPointer: { type: "none" },
      formatter: (found) => [found[0].name, ...found.map((one) => `${one.seriesName}  ${write(one.value, spec.format)}`)].join("\n"),
    },
    series: spec.series.map((series, index) => ({
      type: "bar",
      name: series.name,
      stack: spec.stacked ? "all" : undefined,
      barCategoryGap: "32%",
      data: series.values.map((value, at) => ({ value, itemStyle: { color: paint(series, index, at) } })),
      itemStyle: spec.stacked ? { color: shade(series.shade ?? index + 1) } : { borderRadius: spec.horizontal ? [0, 2, 2, 0] : [2, 2, 0, 0] },
      markLine: index === 0 ? reference(spec.line) : undefined,
    })),
  };
}
