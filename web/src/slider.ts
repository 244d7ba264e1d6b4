// The time slider: `input[type=range][data-days]` runs over a list of days and shows the page's part for each.
//
// Rules:
// 1. The day goes into the sibling `input[name=on]` of the same form; the part that the form's `data-swap` names is then
//    fetched from the form's own address, so that the address shown is one that can be shared.
// 2. The last day asked for is shown, however fast they come.
// 3. The label tells the day that the form asks for, which is the one shown, also where the list stops before and after
//    it. What hides the slider from pages without script is taken off.
// 4. Who prefers less motion gets no play button; the slider's own keys step from day to day.

import { announcer, button, dress, each, fetchPart, swap } from "./page.ts";
import { say } from "./words.ts";

const QUIET = 150;
const PACE = 700;

dress();
each("input[type=range][data-days]", (element) => {
  const range = element as HTMLInputElement;
  const form = range.form;
  const days = JSON.parse(range.dataset["days"] ?? "[]") as string[];
  const on = form?.querySelector<HTMLInputElement>("input[name=on]");
  const selector = form?.dataset["swap"];
  if (!form || !on || !selector || days.length === 0) return;
  range.min = "0";
  range.max = String(days.length - 1);
  range.step = "1";
  const told = announcer();
  const output = outputOf(range);
  const first = output.textContent.trim() || on.value;
  range.value = String(nearest(days, first));
  const name = (day: string): void => {
    output.textContent = day || (days[range.valueAsNumber] ?? "");
    range.setAttribute("aria-valuetext", output.textContent);
  };
  const show = shower(form, selector, told);
  let quiet = 0;
  const choose = (): void => {
    on.value = days[range.valueAsNumber] ?? on.value;
    name(on.value);
    clearTimeout(quiet);
    quiet = window.setTimeout(() => void show(), QUIET);
  };
  name(first);
  range.addEventListener("input", choose);
  on.addEventListener("change", () => {
    range.value = String(nearest(days, on.value));
    name(on.value);
    void show();
  });
  const beside = document.createElement("div");
  beside.className = "wide row";
  beside.append(told);
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) beside.prepend(player(range, name, on, days, show));
  (range.closest("label") ?? range).after(beside);
  range.closest("[hidden]")?.removeAttribute("hidden");
});

/** The last day of the list that is not after a day; the last of all where none is given. */
function nearest(days: string[], day: string): number {
  if (day === "") return days.length - 1;
  const later = days.findIndex((one) => one > day);
  return later < 0 ? days.length - 1 : Math.max(0, later - 1);
}

function outputOf(range: HTMLInputElement): HTMLOutputElement {
  const known = range.form?.querySelector<HTMLOutputElement>(range.id ? `output[for="${CSS.escape(range.id)}"]` : "output");
  if (known) return known;
  const made = document.createElement("output");
  range.after(made);
  return made;
}

/** A function that fetches and shows the part for what the form holds: rules 1 and 2. */
function shower(form: HTMLFormElement, selector: string, told: HTMLElement): () => Promise<void> {
  let latest = new AbortController();
  return async () => {
    latest.abort();
    const ours = (latest = new AbortController());
    const address = new URL(form.getAttribute("action") ?? "", location.href);
    address.search = String(new URLSearchParams(filled(form)));
    const old = document.querySelector(selector);
    old?.setAttribute("aria-busy", "true");
    try {
      const fresh = await fetchPart(address.href, selector, ours.signal);
      if (ours.signal.aborted || !old || !fresh) return;
      swap(document.querySelector(selector) ?? old, fresh);
      history.replaceState(history.state, "", address);
      told.textContent = "";
    } catch {
      if (!ours.signal.aborted) told.textContent = say("slider.failed");
    } finally {
      if (!ours.signal.aborted) document.querySelector(selector)?.removeAttribute("aria-busy");
    }
  };
}

function filled(form: HTMLFormElement): [string, string][] {
  return [...new FormData(form)].filter((pair): pair is [string, string] => typeof pair[1] === "string" && pair[1] !== "");
}

/** Play through the days, each after the one before was shown; at the end, from the start. */
function player(
  range: HTMLInputElement,
  name: (day: string) => void,
  on: HTMLInputElement,
  days: string[],
  show: () => Promise<void>,
): HTMLButtonElement {
  let playing = false;
  const press = button(say("slider.play"), say("slider.play"), () => {
    playing = !playing;
    press.textContent = say(playing ? "slider.pause" : "slider.play");
    if (playing) void play(range.valueAsNumber >= days.length - 1 ? 0 : range.valueAsNumber + 1);
  });
  const play = async (from: number): Promise<void> => {
    for (let day = from; playing && range.isConnected && day < days.length; day += 1) {
      range.value = String(day);
      on.value = days[day] ?? on.value;
      name(on.value);
      await Promise.all([show(), new Promise((go) => setTimeout(go, PACE))]);
    }
    playing = false;
    press.textContent = say("slider.play");
  };
  return press;
}
