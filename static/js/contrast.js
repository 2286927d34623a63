// [data-contrast="ink ground"] is painted with two tokens and tells their contrast (WCAG); [data-ground="token"] is painted with one.
const light = (colour) => {
  const parts = colour.match(/[\d.]+/g).slice(0, 3).map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
};

export function tellContrast(element) {
  for (const one of element.querySelectorAll?.("[data-ground]") ?? []) one.style.background = `var(--${one.dataset.ground})`;
  for (const one of element.querySelectorAll?.("[data-contrast]") ?? []) {
    const [ink, ground] = one.dataset.contrast.split(" ");
    one.style.color = `var(--${ink})`;
    one.style.background = `var(--${ground})`;
    const { color, backgroundColor } = getComputedStyle(one);
    const [high, low] = [light(color), light(backgroundColor)].sort((a, b) => b - a);
    one.textContent = ((high + 0.05) / (low + 0.05)).toFixed(1);
  }
}

document.addEventListener("crm:theme", () => tellContrast(document));
