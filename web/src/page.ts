// What every island does with its page: find its places, also after a part was swapped, and swap parts.

const SWAPS = ["htmx:after:swap", "comity:swapped"];

/** Set up every element that matches, now and whenever a part of the page was swapped; each element once. */
export function each(selector: string, setUp: (element: HTMLElement) => void): void {
  const done = new WeakSet<Element>();
  const look = (): void => {
    for (const element of document.querySelectorAll<HTMLElement>(selector)) {
      if (done.has(element)) continue;
      done.add(element);
      setUp(element);
    }
  };
  look();
  for (const name of SWAPS) document.addEventListener(name, look);
}

/** Fetch a page of this server and return the element that the selector names in it; null where it has none. */
export async function fetchPart(address: string, selector: string, stop?: AbortSignal): Promise<Element | null> {
  const answer = await fetch(address, {
    headers: { Accept: "text/html" },
    credentials: "same-origin",
    ...(stop ? { signal: stop } : {}),
  });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(selector);
}

/** Put a new part in the place of the old one, with what was unfolded unfolded, and tell the islands. */
export function swap(old: Element, fresh: Element): Element {
  const kept = document.activeElement?.id;
  const folds = [...fresh.querySelectorAll("details")];
  const before = [...old.querySelectorAll("details")];
  if (folds.length === before.length) folds.forEach((fold, place) => (fold.open = before[place]?.open ?? fold.open));
  const arrived = document.adoptNode(fresh);
  old.replaceWith(arrived);
  if (kept && document.activeElement === document.body) document.getElementById(kept)?.focus({ preventScroll: true });
  arrived.dispatchEvent(new CustomEvent("comity:swapped", { bubbles: true }));
  return arrived;
}

/** Load the islands' own style sheet, once. */
export function dress(): void {
  const href = new URL("./islands.css", import.meta.url).href;
  if (document.querySelector(`link[href="${href}"]`)) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = href;
  document.head.append(link);
}

/** A button that stands in a form without sending it. */
export function button(sign: string, label: string, press: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "quiet";
  made.textContent = sign;
  if (label !== sign) made.setAttribute("aria-label", label);
  if (label !== sign) made.title = label;
  made.addEventListener("click", press);
  return made;
}

/** A line that screen readers read out when its text changes. */
export function announcer(css = "unseen"): HTMLElement {
  const made = document.createElement("p");
  made.className = css;
  made.setAttribute("role", "status");
  return made;
}
