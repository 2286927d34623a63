// Who opens a client from the list comes back to the same page of the list and the same row: by the browser's way back, or
// by the menu's link to the list.
const KEY = "crm:list";

const kept = () => {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    return null;
  }
};

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element) || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const row = event.target.closest("#client-rows [data-row]");
  if (row && event.target.closest("a")) {
    const here = { path: location.pathname, address: location.pathname + location.search, row: row.id };
    sessionStorage.setItem(KEY, JSON.stringify(here));
    return;
  }
  const link = event.target.closest("a[href]");
  const last = link && kept();
  if (last && link.getAttribute("href") === last.path && /^\d+\/$/.test(location.pathname.slice(last.path.length)) && location.pathname.startsWith(last.path)) {
    event.preventDefault();
    location.assign(last.address);
  }
});

addEventListener("pageshow", () => {
  const last = kept();
  if (!last || last.address !== location.pathname + location.search) return;
  const row = document.getElementById(last.row);
  if (!row) return;
  sessionStorage.removeItem(KEY);
  row.classList.add("cur");
  row.scrollIntoView({ block: "center", behavior: "instant" });
  row.querySelector("a.nm")?.focus({ preventScroll: true });
});
