// Hands the shift over without leaving the screen, where scans may wait.
(() => {
  const shown = document.getElementById("on-duty");
  const failed = document.getElementById("not-handed-over");
  document.querySelectorAll("form.duty").forEach((form) => {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const typed = form.querySelector("input");
      if (typed && !typed.value.trim()) return typed.focus(); // nobody was named
      const body = new FormData(form);
      if (event.submitter?.value) body.set("name", event.submitter.value);
      try {
        const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
        shown.textContent = (await answer.json()).on_duty;
        form.closest("details").open = false;
        form.reset();
        failed.hidden = true;
      } catch {
        failed.hidden = false;
      }
    });
  });
})();
