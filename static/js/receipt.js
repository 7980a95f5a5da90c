// Lets the receipt's clock run on the server's time, so that a picture of it is found out.
(() => {
  const clock = document.getElementById("clock");
  if (!clock) return;
  const zone = Number(clock.dataset.offset) * 1000;
  const start = Date.parse(clock.dateTime) + zone;
  const since = performance.now();
  const shownSince = Date.now();

  const tick = () => {
    // performance.now() may stand still while the phone sleeps, the phone's clock does not.
    const passed = Math.max(performance.now() - since, Date.now() - shownSince);
    clock.textContent = new Date(start + passed).toISOString().slice(11, 19);
  };

  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  tick();
  setInterval(tick, 1000);
})();
