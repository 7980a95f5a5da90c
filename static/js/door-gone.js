// An ended station: what waits on this phone is sent once more, and then nothing of the door stays.
(() => {
  const door = (globalThis.door ??= {});
  door.answered = door.count = door.unanswered = () => {};
  door.isEnded = true;
  if (door.canQueue) door.send();
})();
