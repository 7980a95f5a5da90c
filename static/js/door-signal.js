// What the person on duty sees, hears and feels of a scan.
(() => {
  const door = (globalThis.door ??= {});
  const verdict = document.getElementById("verdict");
  const questions = document.getElementById("questions");
  const sound = document.getElementById("sound");
  // Frequency in hertz, seconds; three that nobody mistakes for each other.
  const TONES = {
    go: [[880, 0.09], [1320, 0.14]],
    left: [[660, 0.12]],
    ask: [[620, 0.14], [0, 0.07], [620, 0.14]],
    stop: [[190, 0.7]],
    refused: [[260, 0.12], [200, 0.2]],
  };
  const VIBRATIONS = { go: 60, left: 60, ask: [120, 80, 120], stop: 700, refused: [60, 60, 60] };
  const ASKING = ["ask", "questions", "kept"];
  let audio = null;

  function play(tones) {
    audio ??= new AudioContext();
    audio.resume();
    let at = audio.currentTime;
    for (const [hertz, seconds] of tones) {
      if (hertz) {
        const tone = audio.createOscillator();
        const loudness = audio.createGain();
        tone.type = "square";
        tone.frequency.value = hertz;
        loudness.gain.value = 0.25;
        tone.connect(loudness).connect(audio.destination);
        tone.start(at);
        tone.stop(at + seconds);
      }
      at += seconds;
    }
  }

  function signal(state) {
    const kind = ASKING.includes(state) ? "ask" : state;
    if (!sound.checked || !TONES[kind]) return;
    if (navigator.vibrate) navigator.vibrate(VIBRATIONS[kind]);
    try {
      play(TONES[kind]);
    } catch {
      sound.checked = false; // a phone without sound
    }
  }

  // Show a state: "go", "ask", … as the server answers, or "kept" and "refused" of this phone.
  door.show = (state, sentence = "", who = "") => {
    const isNew = verdict.dataset.state !== state || !ASKING.includes(state);
    verdict.dataset.state = state;
    // The same verdict twice is seen to be a new one.
    verdict.classList.remove("fresh");
    void verdict.offsetWidth;
    verdict.classList.add("fresh");
    document.getElementById("sentence").textContent = sentence;
    document.getElementById("who").textContent = who;
    for (const turn of ["turn-in", "turn-out"]) document.getElementById(turn).hidden = true;
    questions.hidden = !["questions", "kept"].includes(state);
    if (questions.hidden || isNew) questions.reset();
    scrollTo({ top: 0 }); // whoever answered the questions stands below
    signal(state);
  };

  door.count = (counts) => {
    for (const place of ["here", "venue"])
      for (const way of ["in", "out"])
        document.getElementById(`${place}-${way}`).textContent = counts[place][way];
  };

  sound.checked = localStorage.getItem("door-sound") !== "off";
  sound.addEventListener("change", () => {
    localStorage.setItem("door-sound", sound.checked ? "on" : "off");
  });
})();
