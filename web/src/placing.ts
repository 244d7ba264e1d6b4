// Placing an event on the map: by a click or tap, or by cross-hairs that the arrow keys move.
//
// Rules:
// 1. The place goes, to a hundredth of a degree, into `input[data-map-place]` of the form `[data-map-form]`, and the input
//    says that it changed. What is typed there moves the mark.
// 2. The mark is the one `circle.mark` without a code, made where there is none.
// 3. A click on a mark that leads somewhere follows it; a click outside the world places nothing.

import { type Place, invert, project } from "./equalearth.ts";
import type { Frame } from "./frame.ts";
import { announcer } from "./page.ts";
import { read, write } from "./place.ts";
import { say } from "./words.ts";

const SVG = "http://www.w3.org/2000/svg";
const STEPS: Record<string, [number, number]> = {
  ArrowUp: [1, 0],
  ArrowDown: [-1, 0],
  ArrowRight: [0, 1],
  ArrowLeft: [0, -1],
};

/** Let an event be placed on a drawing; `stage` is the element that holds it. */
export function placing(drawing: Frame, stage: HTMLElement): void {
  const input = document.querySelector<HTMLInputElement>("[data-map-form] input[data-map-place]");
  if (!input) return;
  const told = announcer();
  const put = (place: Place): void => {
    input.value = write(place);
    told.textContent = `${say("map.placed")} ${input.value}`;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  drawing.svg.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("a circle, a text")) return;
    event.preventDefault();
    const spot = drawing.spotAt(event.clientX, event.clientY);
    const place = spot && invert(spot);
    if (place) put(place);
  });
  input.addEventListener("change", () => moveMark(drawing, read(input.value)));
  drawing.svg.classList.add("places");
  stage.append(crossHairs(drawing, () => read(input.value), put, told), told);
}

/** Set the mark of the event: rule 2. */
function moveMark(drawing: Frame, place: Place | null): void {
  if (place === null) return;
  const spot = project(place);
  const found = drawing.group.querySelector<SVGCircleElement>("circle.mark:not([data-code])");
  const mark = found ?? document.createElementNS(SVG, "circle");
  mark.setAttribute("cx", spot.x.toFixed(2));
  mark.setAttribute("cy", spot.y.toFixed(2));
  if (found) {
    if (found.nextElementSibling?.matches("text")) found.nextElementSibling.remove(); // the words of where it was
    return;
  }
  mark.setAttribute("class", "mark");
  const width = drawing.svg.viewBox.baseVal.width;
  mark.setAttribute("r", String(Math.max((4.5 * width) / 960, (5 * width) / (drawing.svg.clientWidth || 960)))); // 5 pixels
  drawing.group.append(mark);
  drawing.resize();
}

/** The cross-hairs: a button over the map, shown while it has the focus. */
function crossHairs(
  drawing: Frame,
  start: () => Place | null,
  put: (place: Place) => void,
  told: HTMLElement,
): HTMLElement {
  const cross = document.createElement("button");
  cross.type = "button";
  cross.className = "map-cross";
  cross.setAttribute("aria-label", say("map.cross"));
  cross.title = say("map.cross");
  let at: Place = { latitude: 0, longitude: 0 };

  const draw = (): void => {
    const matrix = drawing.group.getScreenCTM();
    const stage = cross.parentElement?.getBoundingClientRect();
    if (!matrix || !stage) return;
    const point = new DOMPoint(project(at).x, project(at).y).matrixTransform(matrix);
    cross.style.left = `${point.x - stage.left}px`;
    cross.style.top = `${point.y - stage.top}px`;
  };
  cross.addEventListener("focus", () => {
    at = start() ?? at;
    draw();
  });
  cross.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const far = (event.shiftKey ? 10 : 1) / Math.max(1, drawing.scale());
    at = moved(at, step[0] * far, step[1] * far);
    if (drawing.scale() > 1) drawing.show(project(at));
    told.textContent = write(at);
    draw();
  });
  cross.addEventListener("click", () => put(at));
  drawing.onMoved(draw);
  window.addEventListener("resize", draw);
  return cross;
}

/** A place some degrees on: it stops at the poles and goes round the antimeridian. */
function moved(place: Place, north: number, east: number): Place {
  const latitude = Math.min(90, Math.max(-90, place.latitude + north));
  const longitude = ((((place.longitude + east + 180) % 360) + 360) % 360) - 180;
  return { latitude, longitude };
}
