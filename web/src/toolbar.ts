// The buttons over a drawing: nearer, farther, the whole; the arrow keys on them move it.

import { type Frame, ZOOM_STEP } from "./frame.ts";
import { button } from "./page.ts";
import { say } from "./words.ts";

const MOVES: Record<string, [number, number]> = {
  ArrowLeft: [-0.2, 0],
  ArrowRight: [0.2, 0],
  ArrowUp: [0, -0.2],
  ArrowDown: [0, 0.2],
};

/** Make the buttons of a drawing. */
export function toolbar(drawing: Frame): HTMLElement {
  const bar = document.createElement("div");
  bar.className = "map-tools";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", say("map.tools"));
  bar.append(
    button("+", say("map.in"), () => drawing.zoomBy(ZOOM_STEP)),
    button("−", say("map.out"), () => drawing.zoomBy(1 / ZOOM_STEP)),
    button("⤢", say("map.whole"), () => drawing.whole()),
  );
  bar.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    if (!move) return;
    event.preventDefault();
    drawing.moveBy(...move);
  });
  return bar;
}
