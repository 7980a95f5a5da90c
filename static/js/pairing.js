// Tells at once when the phone was paired.
(() => {
  const SECONDS = 3;
  const looking = setInterval(async () => {
    if (document.hidden) return;
    const page = await fetch(location.href).then((answer) => answer.text()).catch(() => "");
    const shown = new DOMParser().parseFromString(page, "text/html");
    if (page && !shown.querySelector(".pairing")) {
      clearInterval(looking);
      location.reload();
    }
  }, SECONDS * 1000);
})();
