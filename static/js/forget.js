// Notes when this phone was told to forget: what was typed before is not shown again by going back.
document.getElementById("forget").addEventListener("submit", () => {
  localStorage.setItem("forgotten", Date.now());
});
