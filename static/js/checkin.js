// Makes the check-in form quicker; without it every field still works.
(() => {
  const form = document.getElementById("check-in");
  const travel = document.getElementById("travel");
  const companions = document.getElementById("companions");

  const showTravel = () => {
    travel.hidden = form.elements.travelled.value !== "yes";
  };

  function renumber(part, number) {
    for (const name of ["id", "name", "for"]) {
      const value = part.getAttribute(name);
      if (value) part.setAttribute(name, value.replace(/companion-\d+/, `companion-${number}`));
    }
    part.removeAttribute("aria-invalid");
    part.removeAttribute("aria-describedby");
    if (part.name) part.value = "";
  }

  function addCompanion(button) {
    let number = 0;
    while (form.elements[`companion-${number}-full_name`]) number += 1;
    const row = companions.lastElementChild.cloneNode(true);
    const legend = row.querySelector("legend");
    row.classList.remove("wrong");
    row.querySelectorAll(".error").forEach((error) => error.remove());
    row.querySelectorAll("[name], [for]").forEach((part) => renumber(part, number));
    legend.textContent = legend.textContent.replace(/\d+/, companions.children.length + 1);
    companions.append(row);
    row.querySelector("input").focus();
    button.hidden = companions.children.length >= Number(companions.dataset.max);
  }

  function offerCompanions() {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button second";
    button.textContent = companions.dataset.add;
    button.addEventListener("click", () => addCompanion(button));
    companions.after(button);
  }

  function sendOnce() {
    const button = form.querySelector(".button.big");
    const label = button.textContent;
    form.addEventListener("submit", (event) => {
      if (button.hasAttribute("aria-disabled")) return event.preventDefault();
      button.setAttribute("aria-disabled", "true");
      button.textContent = form.dataset.busy;
    });
    window.addEventListener("pageshow", () => {
      button.removeAttribute("aria-disabled");
      button.textContent = label;
      forgetTyped();
      if (travel) showTravel();
    });
  }

  // What was typed before this phone was told to forget does not come back with the page.
  function forgetTyped() {
    const openedAt = history.state || Date.now();
    history.replaceState(openedAt, "");
    try {
      const forgotten = Number(localStorage.getItem("forgotten"));
      // A phone whose clock was ahead then would else empty every form until that day.
      if (forgotten > openedAt && forgotten <= Date.now()) form.reset();
    } catch (error) {
      // A phone that keeps nothing was not told to forget either.
    }
  }

  sendOnce();
  if (travel) {
    form.addEventListener("change", showTravel);
    showTravel();
  }
  if (companions && companions.children.length) offerCompanions();
  const summary = document.getElementById("error-summary");
  if (summary) summary.focus();
})();
