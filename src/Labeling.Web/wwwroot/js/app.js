// What every page has: Blazor's start, the choice of colours, the menu on a narrow screen.
const themes = ["system", "light", "dark"];
const words = { system: "as the system", light: "light", dark: "dark" };
const root = document.documentElement;

function showTheme() {
  for (const button of document.querySelectorAll("[data-theme-button]")) {
    button.setAttribute("aria-label", `Colours: ${words[root.dataset.theme]}`);
    button.title = button.getAttribute("aria-label");
  }
}

document.addEventListener("click", event => {
  const button = event.target.closest("[data-theme-button]");
  if (button) {
    root.dataset.theme = themes[(themes.indexOf(root.dataset.theme) + 1) % themes.length];
    document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
    showTheme();
  }

  for (const open of document.querySelectorAll("header details[open]")) {
    if (!open.contains(event.target) || event.target.closest("header nav a")) open.open = false;
  }

  fitMenu();
});

document.addEventListener("keydown", event => {
  if (event.key !== "Escape") return;
  for (const open of document.querySelectorAll("header details[open]")) open.open = false;
  fitMenu();
});

const wide = matchMedia("(min-width: 800px)");
function fitMenu() {
  const menu = document.querySelector("header .menu");
  if (menu && wide.matches) menu.open = true;
}

wide.addEventListener("change", () => { document.querySelector("header .menu")?.removeAttribute("open"); fitMenu(); });
new MutationObserver(() => { if (document.querySelector("header .menu:not([data-fit])")) { document.querySelector("header .menu").dataset.fit = ""; fitMenu(); showTheme(); } })
  .observe(document.body, { childList: true, subtree: true });
document.querySelector("header .menu")?.setAttribute("data-fit", "");
fitMenu();
showTheme();
window.Blazor?.start({ circuit: { reconnectionOptions: { retryIntervalMilliseconds: attempt => Math.min(500 * 2 ** attempt, 10000), maxRetries: 1000 } } });
