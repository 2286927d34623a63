// {categories: [days or months], series: [{name, values, shade, area}], format, line: {value, label}, from_zero, end_label}
import { categories, font, reference, shade, token, values, write } from "./tokens.js";

export function lines(spec) {
  return {
    grid: { left: 8, right: spec.end_label ? 64 : 16, top: 14, bottom: 4, containLabel: true },
    xAxis: categories(spec.categories, { boundaryGap: false, axisLabel: { showMinLabel: true, showMaxLabel: true, alignMinLabel: "left", alignMaxLabel: "right" } }),
    yAxis: values(spec.format, { scale: !spec.from_zero, max: spec.max, splitNumber: 4 }),
    tooltip: {
      trigger: "axis", renderMode: "richText", confine: true, backgroundColor: token("ink"), borderWidth: 0, textStyle: { color: token("surface"), fontSize: 12 },
      formatter: (found) => [found[0].axisValue, ...found.map((one) => `${one.seriesName}  ${write(one.value, spec.format)}`)].join("\n"),
    },
    series: spec.series.map((series, index) => ({
      type: "line",
      name: series.name,
      data: series.values,
      showSymbol: false,
      connectNulls: false,
      lineStyle: { color: shade(series.shade ?? index + 1), width: 2 },
      itemStyle: { color: shade(series.shade ?? index + 1) },
      // an area is an amount, so it is drawn only where the axis begins at zero
      areaStyle: series.area && spec.from_zero ? { color: token("c-band"), opacity: 1 } : undefined,
      endLabel: spec.end_label ? { show: true, formatter: ({ value }) => write(value, spec.format), color: token("ink"), fontWeight: 600, fontFamily: font() } : undefined,
      markLine: index === 0 ? reference(spec.line) : undefined,
    })),
  };
}
