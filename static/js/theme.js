// Runs before the first paint: "auto" follows the system. The choice itself, as that of density, is a cookie, so that the server can write it into the page.
const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");

function apply() {
  const wish = root.dataset.theme || "auto";
  root.dataset.bsTheme = wish === "auto" ? (dark.matches ? "dark" : "light") : wish;
}

apply();
dark.addEventListener("change", () => {
  apply();
  document.dispatchEvent(new Event("crm:theme"));
});
document.addEventListener("crm:choose-theme", (event) => {
  root.dataset.theme = event.detail;
  document.cookie = `theme=${event.detail}; path=/; max-age=31536000; samesite=lax`;
  apply();
  document.dispatchEvent(new Event("crm:theme"));
});
document.addEventListener("crm:choose-density", (event) => {
  root.dataset.density = event.detail;
  document.cookie = `density=${event.detail}; path=/; max-age=31536000; samesite=lax`;
});
