// Behaviours of every page. Each module listens on the document once, so that content swapped in by htmx needs no set-up.
import htmx from "htmx.org";
import "./drafts.js";
import "./dialogs.js";
import "./toasts.js";
import "./palette.js";
import "./keys.js";
import "./menu.js";
import "./lists.js";
import "./conditions.js";
import "./returning.js";
import "./forms.js";
import "./drop.js";
import "./uploads.js";
import "./contacts.js";
import "./texts.js";
import "./copying.js";
import "./stages.js";
import "./arrivals.js";
import "./figures.js";
import { tellContrast } from "./contrast.js";
import "./printing.js";
import { restoreFolds } from "./folds.js";
import { enhanceSelects } from "./selects.js";
import { loadCharts } from "./figures.js";

window.htmx = htmx;

htmx.onLoad((element) => {
  enhanceSelects(element);
  restoreFolds(element);
  loadCharts(element);
  tellContrast(element);
  for (const frame of element.querySelectorAll("[data-scroll-end]")) frame.scrollLeft = frame.scrollWidth;
});

// A log-in page that comes back for a fragment (the session ended) is shown whole.
document.addEventListener("htmx:beforeSwap", (event) => {
  const login = document.body.dataset.login;
  const answered = event.detail.xhr.responseURL;
  if (login && answered && new URL(answered).pathname === login) {
    event.detail.shouldSwap = false;
    location.assign(`${login}?next=${encodeURIComponent(location.pathname + location.search)}`);
  }
});
