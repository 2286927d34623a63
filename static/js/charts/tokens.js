// Colours and type from the stylesheet, axes in one look, numbers in the language of the page.
let place = document.documentElement;
// The element that is drawn next: a part of a page may be in the other theme.
export const drawWithin = (element) => { place = element; };
export const token = (name) => getComputedStyle(place).getPropertyValue(`--${name}`).trim();
export const font = () => getComputedStyle(document.body).fontFamily;
export const shade = (number) => token(`c-${Math.min(4, Math.max(1, number))}`);

const chinese = () => document.documentElement.lang.startsWith("zh");
const plain = (value, digits = 0) => value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
const trimmed = (value) => String(Number(value.toFixed(2)));
const minus = (text) => text.replace("-", "\u2212");

const sizes = {
  zh: [[1e8, " 亿"], [1e4, " 万"]],
  en: [[1e9, " bn"], [1e6, " m"], [1e3, " k"]],
};

// "number" 1,234 · "count" the same, and never half a one on an axis · "percent" 12% (from 0.12) · "points" 12% (from 12) · "money" 2.5 万 / 25 k
export function write(value, format) {
  if (value === null || value === undefined || Number.isNaN(value)) return "—";
  if (format === "percent") return minus(`${trimmed(value * 100)}%`);
  if (format === "points") return minus(`${trimmed(value)}%`);
  if (format === "money") {
    for (const [size, word] of sizes[chinese() ? "zh" : "en"]) if (Math.abs(value) >= size) return minus(trimmed(value / size) + word);
  }
  return minus(plain(value, Number.isInteger(value) ? 0 : 1));
}

export function axis(more) {
  return {
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: token("c-axis"), fontSize: 11.5, hideOverlap: true, ...more?.axisLabel },
    splitLine: { lineStyle: { color: token("c-grid") } },
    nameTextStyle: { color: token("c-axis"), fontSize: 11.5 },
    ...Object.fromEntries(Object.entries(more ?? {}).filter(([key]) => key !== "axisLabel")),
  };
}

export const values = (format, more) => axis({
  type: "value", minInterval: format === "count" ? 1 : undefined, ...more, axisLabel: { formatter: (value) => write(value, format), ...more?.axisLabel },
});

export const categories = (data, more) => axis({
  type: "category", data, axisLine: { show: true, lineStyle: { color: token("line-strong") } }, splitLine: { show: false }, ...more,
});

export const measured = (name, more) => values("number", {
  name, nameLocation: "middle", nameGap: 28, splitLine: { show: false }, axisLine: { show: true, lineStyle: { color: token("line-strong") } }, ...more,
});

// A dashed line with a word on it: {value, label}
export const reference = (line) => line && {
  symbol: "none",
  silent: true,
  lineStyle: { color: token("ink-3"), type: "dashed" },
  label: { formatter: line.label ?? "", position: "insideEndTop", color: token("ink-3"), fontSize: 11.5 },
  data: [{ yAxis: line.value }],
};
