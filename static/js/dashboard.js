// Keeps what an official is doing while the figures are counted anew: open tables, the place in a
// wide table, and the wish to be left alone. htmx does the fetching.
(() => {
  "use strict";
  const live = document.getElementById("live");
  const stale = document.getElementById("stale");
  if (!live || !stale) return;
  let paused = false;
  let open = [];
  let across = 0;

  const wideTable = () => document.querySelector("#rows .scroll");

  function dress() {
    const refresh = document.getElementById("refresh");
    const button = document.getElementById("pause");
    refresh.hidden = false;
    button.dataset.pause ??= button.textContent;
    button.textContent = paused ? button.dataset.resume : button.dataset.pause;
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    if (wideTable()) wideTable().scrollLeft = across;
  }

  function remember() {
    open = [...document.querySelectorAll("#figures details[open]")].map((one) => one.id);
    across = wideTable()?.scrollLeft ?? 0;
  }

  document.addEventListener("click", (event) => {
    if (event.target.id !== "pause") return;
    paused = !paused;
    remember();
    dress();
  });

  live.addEventListener("htmx:beforeRequest", (event) => {
    if (paused || document.hidden) event.preventDefault();
  });

  live.addEventListener("htmx:beforeSwap", (event) => {
    if (!event.detail.shouldSwap) return;
    if (event.detail.xhr.responseText.includes('id="figures"')) {
      remember();
    } else {
      // Signed out meanwhile: the page itself leads to the sign-in.
      event.detail.shouldSwap = false;
      window.location.reload();
    }
  });

  live.addEventListener("htmx:afterSettle", () => {
    stale.hidden = true;
    dress();
  });

  for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    live.addEventListener(failure, () => {
      stale.hidden = false;
    });
  }

  dress();
})();
