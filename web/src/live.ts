// A live part of a page: `[data-live-source="/stream"][data-live-swap="#part"]` listens to the server's events and, on each
// one named `changed`, shows the part anew.
//
// Rules:
// 1. Nothing is asked on a timer. One event, one look; events that come together are one; each browser waits a chance
//    moment, so that many do not ask at once. A page that nobody looks at waits until somebody does.
// 2. A lost connection is tried again after 1, 2, 4 ... 60 seconds; what was missed meanwhile is then shown.
// 3. What a person has begun to type is never taken away: he is told, and asks for the new part himself.

import { announcer, button, dress, each, fetchPart, swap } from "./page.ts";
import { say } from "./words.ts";

const SPREAD = 1000;
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 60_000;

dress();
each("[data-live-source]", (place) => {
  const source = place.dataset["liveSource"];
  const selector = place.dataset["liveSwap"];
  if (!source || !selector) return;
  const told = announcer();
  document.body.append(told);
  const refresh = refresher(selector, told);
  listen(source, place, refresh, told);
});

/** Keep listening as long as the place is on the page: rule 2. */
function listen(source: string, place: HTMLElement, refresh: () => void, told: HTMLElement): void {
  let wait = FIRST_WAIT;
  let lost = false;
  let stream: EventSource;
  const open = (): void => {
    stream = new EventSource(source);
    stream.addEventListener("open", () => {
      wait = FIRST_WAIT;
      if (lost) refresh();
      lost = false;
    });
    stream.addEventListener("changed", () => {
      if (place.isConnected) refresh();
      else stream.close();
    });
    stream.addEventListener("error", () => {
      stream.close();
      if (!place.isConnected) return;
      if (!lost) told.textContent = say("live.lost");
      lost = true;
      window.setTimeout(open, wait * (0.75 + Math.random() / 2));
      wait = Math.min(wait * 2, LONGEST_WAIT);
    });
  };
  open();
  window.addEventListener("pagehide", () => stream.close());
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return; // the browser kept the page aside and shows it again: as after a lost connection
    lost = true;
    open();
  });
}

/** A function that shows the part anew, at most one look at a time: rule 1. */
function refresher(selector: string, told: HTMLElement): () => void {
  let due = false;
  let looking = false;
  const look = async (): Promise<void> => {
    if (looking || !due || document.hidden) return;
    looking = true;
    await new Promise((go) => setTimeout(go, Math.random() * SPREAD));
    due = false;
    try {
      const fresh = await fetchPart(location.href, selector);
      if (fresh) show(selector, fresh, told);
    } catch {
      told.textContent = say("live.lost"); // the next event looks again
    }
    looking = false;
    void look();
  };
  document.addEventListener("visibilitychange", () => void look());
  return () => {
    due = true;
    void look();
  };
}

/** Put the new part in place, or offer it: rule 3. */
function show(selector: string, fresh: Element, told: HTMLElement): void {
  const old = document.querySelector(selector);
  if (!old || old.isEqualNode(fresh)) return;
  const offered = document.querySelector(".live-waiting");
  const put = (): void => {
    document.querySelector(".live-waiting")?.remove();
    swap(document.querySelector(selector) ?? old, fresh);
    told.textContent = say("live.shown");
  };
  if (!inUse(old)) {
    put();
    return;
  }
  const offer = announcer();
  const box = document.createElement("div");
  box.className = "live-waiting";
  box.append(offer, button(say("live.show"), say("live.show"), put));
  offered?.remove();
  old.before(box);
  offer.textContent = say("live.waiting");
  offer.className = "";
}

/** Whether somebody is typing, or has typed, in a part. */
function inUse(part: Element): boolean {
  const fields = [...part.querySelectorAll("input, textarea, select")];
  return fields.some((field) => field === document.activeElement || changed(field));
}

function changed(field: Element): boolean {
  if (field instanceof HTMLInputElement && (field.type === "checkbox" || field.type === "radio")) {
    return field.checked !== field.defaultChecked;
  }
  if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) {
    return field.type !== "hidden" && field.value !== field.defaultValue;
  }
  return false; // a select shows what it holds; losing a choice costs one press
}
