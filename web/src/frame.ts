// A drawing that can be moved and zoomed while its words and marks keep their size.
//
// Rules:
// 1. The page scrolls as before: one finger and the bare wheel belong to the page, two fingers and Ctrl with the wheel to
//    the drawing. Whoever tries the former is told of the latter.
// 2. Everything that zooms stands in one group; words, marks, pins and hatching in it are drawn smaller as it grows.

import { select } from "d3-selection";
import { type ZoomTransform, zoom, zoomIdentity } from "d3-zoom";

import type { Spot } from "./equalearth.ts";
import { say } from "./words.ts";

const CLOSEST = 24;
const STEP = 1.6;
const SVG = "http://www.w3.org/2000/svg";
const STILL = "title, desc, defs, style";

/** A zoomed drawing: what the buttons, the cross-hairs and a click on it need. */
export interface Frame {
  readonly svg: SVGSVGElement;
  readonly group: SVGGElement;
  scale(): number;
  zoomBy(factor: number): void;
  moveBy(right: number, down: number): void;
  show(spot: Spot): void;
  whole(): void;
  spotAt(clientX: number, clientY: number): Spot | null;
  onMoved(hear: () => void): void;
  resize(): void;
}

const remembered = new Map<string, ZoomTransform>(); // so that a drawing that is swapped keeps its part

/** Let a drawing be moved and zoomed. `hint` is where rule 1 is told; `key` names it across swaps. */
export function frame(svg: SVGSVGElement, hint: HTMLElement, key: string): Frame {
  const group = wrapped(svg);
  const resize = counterScaled(group, svg);
  const hearers: (() => void)[] = [];
  const box = svg.viewBox.baseVal;
  const corner: [[number, number], [number, number]] = [
    [box.x, box.y],
    [box.x + box.width, box.y + box.height],
  ];
  let now = zoomIdentity;

  const behaviour = zoom<SVGSVGElement, unknown>()
    .extent(corner)
    .translateExtent(corner)
    .scaleExtent([1, CLOSEST])
    .clickDistance(4)
    .filter((event: Event) => belongs(event))
    .wheelDelta((event: WheelEvent) => Math.max(-0.5, Math.min(0.5, -event.deltaY * (event.deltaMode ? 0.1 : 0.004))))
    .on("zoom", ({ transform }: { transform: ZoomTransform }) => {
      if (transform.k !== now.k) resize(transform.k);
      now = transform;
      remembered.set(key, transform);
      group.setAttribute("transform", transform.toString());
      for (const hear of hearers) hear();
    });
  const selected = select(svg);
  selected.call(behaviour).on("dblclick.zoom", null);
  tellRule(svg, hint);
  const before = remembered.get(key);
  if (before) selected.call(behaviour.transform, before);

  return {
    svg,
    group,
    scale: () => now.k,
    zoomBy: (factor) => selected.call(behaviour.scaleBy, factor),
    moveBy: (right, down) =>
      selected.call(behaviour.translateBy, (-right * box.width) / now.k, (-down * box.height) / now.k),
    show: (spot) => selected.call(behaviour.translateTo, spot.x, spot.y),
    whole: () => selected.call(behaviour.transform, zoomIdentity),
    spotAt: (clientX, clientY) => {
      const matrix = group.getScreenCTM();
      return matrix === null ? null : new DOMPoint(clientX, clientY).matrixTransform(matrix.inverse());
    },
    onMoved: (hear) => hearers.push(hear),
    resize: () => resize(now.k),
  };
}

/** By how much one press of a button zooms. */
export const ZOOM_STEP = STEP;

/** Whether a gesture is meant for the drawing: rule 1. */
function belongs(event: Event): boolean {
  if (event instanceof WheelEvent) return event.ctrlKey || event.metaKey;
  if ("touches" in event) return (event as TouchEvent).touches.length > 1;
  return event instanceof MouseEvent && event.button === 0 && !event.ctrlKey;
}

function tellRule(svg: SVGSVGElement, hint: HTMLElement): void {
  let timer = 0;
  const tell = (text: string): void => {
    hint.textContent = text;
    hint.hidden = false;
    clearTimeout(timer);
    timer = window.setTimeout(() => (hint.hidden = true), 1800);
  };
  svg.addEventListener("wheel", (event) => belongs(event) || tell(say("map.wheel")), { passive: true });
  svg.addEventListener("touchmove", (event) => belongs(event) || tell(say("map.touch")), { passive: true });
}

/** Move everything that zooms into one group: rule 2. */
function wrapped(svg: SVGSVGElement): SVGGElement {
  const group = document.createElementNS(SVG, "g");
  group.setAttribute("class", "zoomed");
  group.append(...[...svg.children].filter((child) => !child.matches(STILL)));
  svg.append(group);
  svg.classList.add("zooms");
  return group;
}

/** How to draw what keeps its size (rule 2), at any scale. What is added later is found by calling it again. */
function counterScaled(group: SVGGElement, svg: SVGSVGElement): (scale: number) => void {
  const first = new Map<Element, string>();
  const original = (element: Element, name: string): string => {
    const known = first.get(element) ?? element.getAttribute(name) ?? "";
    first.set(element, known);
    return known;
  };
  return (scale) => {
    for (const circle of group.querySelectorAll("circle")) {
      circle.setAttribute("r", String(Number(original(circle, "r")) / scale));
    }
    for (const text of group.querySelectorAll("text")) {
      text.setAttribute("transform", nearMark(text, original(text, "transform"), scale));
    }
    for (const pin of group.querySelectorAll<SVGPathElement>("path.pin")) {
      const box = pin.getBBox();
      const x = box.x + box.width / 2;
      const y = box.y + box.height / 2;
      pin.setAttribute("transform", `translate(${x} ${y}) scale(${1 / scale}) translate(${-x} ${-y})`);
    }
    for (const hatch of svg.querySelectorAll("pattern")) {
      hatch.setAttribute("patternTransform", `${original(hatch, "patternTransform")} scale(${1 / scale})`);
    }
  };
}

/** The transform of a word that keeps its size and its distance from the mark before it. */
function nearMark(text: Element, transform: string, scale: number): string {
  const [x = 0, y = 0] = (/translate\(([-\d.e]+)[ ,]+([-\d.e]+)\)/.exec(transform)?.slice(1) ?? []).map(Number);
  const size = Number(/scale\(([-\d.e]+)\)/.exec(transform)?.[1] ?? 1);
  const mark = text.previousElementSibling;
  const at = mark?.tagName === "circle" ? mark : null;
  const centre = { x: Number(at?.getAttribute("cx") ?? x), y: Number(at?.getAttribute("cy") ?? y) };
  const moved = { x: centre.x + (x - centre.x) / scale, y: centre.y + (y - centre.y) / scale };
  return `translate(${moved.x} ${moved.y}) scale(${size / scale})`;
}
