// Lets the clock of a drill run on; without script it shows the time at which the page was made.
(() => {
  "use strict";
  const clocks = document.querySelectorAll("[data-stopwatch]");
  function show() {
    for (const clock of clocks) {
      const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(clock.dataset.stopwatch)) / 1000));
      const two = (number) => String(number).padStart(2, "0");
      clock.textContent = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
    }
  }
  show();
  if (clocks.length) setInterval(show, 1000);
})();
