// The map: `figure[data-map]` with an `svg.map` in it can be moved and zoomed. `data-map="event"` also places an event,
// `data-map="picture"` also leads from a country to its row.

import { frame } from "./frame.ts";
import { dress, each } from "./page.ts";
import { placing } from "./placing.ts";
import { toolbar } from "./toolbar.ts";

dress();
each("figure[data-map]", (figure) => {
  const svg = figure.querySelector<SVGSVGElement>("svg.map");
  if (!svg) return;
  const stage = document.createElement("div");
  stage.className = "map-stage";
  svg.replaceWith(stage);
  const hint = document.createElement("p");
  hint.className = "map-hint";
  hint.setAttribute("aria-hidden", "true");
  hint.hidden = true;
  stage.append(svg, hint);
  const drawing = frame(svg, hint, figure.id || svg.getAttribute("aria-labelledby") || "map");
  stage.append(toolbar(drawing));
  if (figure.dataset["map"] === "event") placing(drawing, stage);
  if (figure.dataset["map"] === "picture") leading(svg);
});

/** Follow the link of the page that belongs to the country clicked. The links themselves serve the keyboard. */
function leading(svg: SVGSVGElement): void {
  const linkOf = (target: EventTarget | null): HTMLAnchorElement | null => {
    const shape = target instanceof Element && !target.closest("a") ? target.closest("[data-code]") : null;
    const code = shape?.getAttribute("data-code");
    return code ? document.querySelector<HTMLAnchorElement>(`a[data-code-link="${CSS.escape(code)}"]`) : null;
  };
  svg.addEventListener("click", (event) => linkOf(event.target)?.click());
  svg.addEventListener("mouseover", (event) => svg.classList.toggle("leads", linkOf(event.target) !== null));
}
