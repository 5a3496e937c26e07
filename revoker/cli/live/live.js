// Keeps the evidence page fresh while the command watches the run. Only the command itself is asked.
"use strict";

const PAUSE = 5000;
const status = document.getElementById("live-status");
const read = document.getElementById("live-read");
const button = document.getElementById("live-pause");
let paused = false;
let ended = false;

function tell(text) {
  // A screen reader speaks a status that changes: only news goes in there, not every refresh.
  if (status.textContent !== text) status.textContent = text;
}

function busy() {
  const selected = String(document.getSelection());
  return paused || document.hidden || selected !== "";
}

function replaceMain(fresh) {
  const before = document.querySelector("main");
  const focused = before.contains(document.activeElement) ? document.activeElement : null;
  const id = focused && focused.id;
  const link = focused && focused.getAttribute("href");
  const scrolled = [...before.querySelectorAll(".wide")].map((one) => one.scrollLeft);

  const main = document.adoptNode(fresh.querySelector("main"));
  before.replaceWith(main);
  main.querySelectorAll(".wide").forEach((one, place) => { one.scrollLeft = scrolled[place] || 0; });
  const again = id ? document.getElementById(id) : link && main.querySelector(`a[href="${CSS.escape(link)}"]`);
  if (again) again.focus({ preventScroll: true });
}

async function refresh() {
  const answer = await fetch("page", { cache: "no-store" });
  if (!answer.ok) throw new Error(String(answer.status));
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const word = fresh.querySelector(".verdict .word").textContent;
  replaceMain(fresh);
  document.title = fresh.title;
  // When the page was made, and not when it was fetched: the command shows a page of a large run for up to a minute.
  const made = fresh.getElementById("as-of").textContent;
  document.getElementById("as-of").textContent = made;
  read.textContent = `The page is ${made}.`;

  const file = answer.headers.get("Evidence-File");
  ended = answer.headers.get("Evidence-Ended") === "yes";
  if (ended) {
    button.hidden = true;
    tell(`${word}. The command has ended, and this page no longer changes. ${file ? `The evidence is saved as ${file}.` : ""}`);
  } else {
    tell(`Live: ${word.toLowerCase()}.`);
  }
}

async function loop() {
  while (!ended) {
    await new Promise((done) => setTimeout(done, PAUSE));
    if (busy()) continue;
    try {
      await refresh();
    } catch {
      tell("The command does not answer: it has ended, or is waiting for the API. This page may be out of date.");
    }
  }
}

button.addEventListener("click", () => {
  paused = !paused;
  button.textContent = paused ? "Go on" : "Pause";
  tell(paused ? "Paused: this page does not change." : "Live again.");
});

loop();
