// Sends the waiting form again by itself.
(() => {
  const form = document.getElementById("resend");
  const line = document.getElementById("countdown");
  const number = line.querySelector("b");
  // Phones that failed together must not come back together.
  const due = Date.now() + Number(form.dataset.seconds) * 1000 * (1 + Math.random() / 2);
  let sent = false;

  const send = () => {
    if (sent) return;
    // What is asked for may be a file: then this page stays, and its button has to work again.
    sent = form.method === "post";
    line.hidden = true;
    clearInterval(clock);
    form.submit();
  };
  const tick = () => {
    const left = Math.max(0, Math.ceil((due - Date.now()) / 1000));
    number.textContent = left;
    if (left === 0 && navigator.onLine) send();
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  line.hidden = false;
  const clock = setInterval(tick, 1000);
  tick();
})();
