// The network: `figure[data-network]` becomes one that can be moved and searched. The server's drawing is the fallback,
// gives each node its place, and is read for the rows unless JSON in a script tag or at `data-source` tells them.
//
// Rules:
// 1. The rows are those of comity.formats.network: nodes with id, label, css, href, told; edges with one, two, label, css.
//    In its drawing an edge begins and ends at the very numbers that its nodes have.
// 2. One finger and the bare wheel belong to the page, as on the map.
// 3. Everything that can be reached by pointing is also in a list that the keyboard reaches.
// 4. Nothing is fetched before the figure is in sight.
// 5. Words run as the server's drawing has them: outward on a ring, so that those of a full one do not meet.

import type { Core, ElementDefinition, StylesheetJson } from "cytoscape";

import { type Network, rowsOf } from "./networkrows.ts";
import { button, dress, each } from "./page.ts";
import { say } from "./words.ts";

const GREY = "#7d8a96";
/** From a node to its words. */
const GAP = 9;

dress();
each("figure[data-network]", (figure) => {
  const sight = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    sight.disconnect();
    draw(figure).catch((error: unknown) => console.warn("The network stays as the server drew it:", error));
  });
  sight.observe(figure);
});

async function draw(figure: HTMLElement): Promise<void> {
  const svg = figure.querySelector<SVGSVGElement>("svg");
  const [rows, { default: cytoscape }] = await Promise.all([rowsOf(figure, svg), import("./cytoscape.js")]);
  const { stage, canvas } = stageFor(figure, svg);
  const few = svg?.classList.contains("few") ?? false;
  stage.classList.toggle("few", few);
  withoutStyleElement();
  const graph = cytoscape({
    container: canvas,
    elements: elements(rows, svg),
    style: look(figure, few),
    layout: { name: svg ? "preset" : "concentric", fit: true, padding: 24 },
    minZoom: 0.2,
    maxZoom: 6,
    autoungrabify: true,
    boxSelectionEnabled: false,
  });
  svg?.classList.add("replaced");
  graph.on("tap", "node", (event) => follow(event.target.data("href")));
  stage.append(tools(graph));
  stage.after(list(rows, graph));
  paint(graph, figure, svg);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    graph.style(look(figure, few));
    paint(graph, figure, svg);
  });
}

function stageFor(figure: HTMLElement, svg: SVGSVGElement | null): { stage: HTMLElement; canvas: HTMLElement } {
  const stage = document.createElement("div");
  stage.className = "network-stage";
  const canvas = document.createElement("div");
  canvas.className = "network-canvas";
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", svg?.querySelector("title")?.textContent ?? say("network.list"));
  stage.append(canvas);
  if (svg) svg.before(stage);
  else figure.prepend(stage);
  const keep = (event: Event): void => {
    const ours = event instanceof WheelEvent ? event.ctrlKey || event.metaKey : (event as TouchEvent).touches.length > 1;
    if (!ours) event.stopPropagation(); // rule 2
  };
  stage.addEventListener("wheel", keep, { capture: true, passive: true });
  stage.addEventListener("touchmove", keep, { capture: true, passive: true });
  return { stage, canvas };
}

/** Cytoscape adds a style element unless one with its id is there; a strict policy would refuse it. */
function withoutStyleElement(): void {
  const id = "__________cytoscape_stylesheet";
  if (document.getElementById(id)) return;
  const stand = document.createElement("meta");
  stand.id = id;
  document.head.append(stand);
}

function elements(rows: Network, svg: SVGSVGElement | null): ElementDefinition[] {
  const known = new Set(rows.nodes.map((node) => node.id));
  return [
    ...rows.nodes.map((node): ElementDefinition => {
      const circle = circleOf(svg, node.id);
      const size = 2 * Number(circle?.getAttribute("r") ?? node.reach ?? 5);
      const data = { id: node.id, label: node.label, href: node.href ?? "", size, css: node.css ?? "", colour: GREY };
      if (!circle) return { data };
      const words = outward(circle, size / 2);
      return { data: { ...data, ...words }, classes: words ? "outward" : "", position: { x: Number(circle.getAttribute("cx")), y: Number(circle.getAttribute("cy")) } };
    }),
    ...rows.edges
      .filter((edge) => known.has(edge.one) && known.has(edge.two))
      .map((edge): ElementDefinition => ({
        data: { source: edge.one, target: edge.two, label: edge.label ?? "", css: edge.css ?? "", colour: GREY },
        classes: edge.css?.includes("perhaps") ? "perhaps" : "",
      })),
  ];
}

/** How the words of a node run where the drawing turns them: which way, on which side, and how far from it. Rule 5. */
function outward(circle: Element, reach: number): Record<string, number | string> | undefined {
  const words = circle.nextElementSibling;
  const turn = /^rotate\((\S+)/.exec(words?.getAttribute("transform") ?? "")?.[1];
  if (turn === undefined) return undefined;
  const angle = (Number(turn) * Math.PI) / 180;
  const side = words?.getAttribute("text-anchor") === "end" ? -1 : 1;
  const [across, down] = [side * (reach + GAP) * Math.cos(angle), side * (reach + GAP) * Math.sin(angle)];
  return { turn: angle, side: side < 0 ? "left" : "right", across: across - side * reach, down };
}

function circleOf(svg: SVGSVGElement | null, id: string): Element | null {
  return svg?.querySelector(`circle[data-code="${CSS.escape(id)}"]`) ?? null;
}

/** Give everything the colour that the page's style sheet gives it: of its circle, else its class's variable `--tie`. */
function paint(graph: Core, figure: HTMLElement, svg: SVGSVGElement | null): void {
  const probe = document.createElement("i");
  figure.append(probe);
  graph.batch(() => {
    for (const element of graph.elements().toArray()) {
      const circle = element.isNode() ? circleOf(svg, element.id()) : null;
      probe.className = String(element.data("css"));
      const style = getComputedStyle(probe);
      const tie = style.getPropertyValue("--tie").trim() || style.getPropertyValue("--faint").trim();
      element.data("colour", (circle && getComputedStyle(circle).fill) || tie || GREY);
    }
  });
  probe.remove();
}

/** How it looks; the words of a few nodes stand below them, broken as in the server's drawing. */
function look(figure: HTMLElement, few: boolean): StylesheetJson {
  const style = getComputedStyle(figure);
  const ink = style.getPropertyValue("--ink").trim() || style.color;
  const paper = style.getPropertyValue("--paper").trim() || "#ffffff";
  return [
    {
      selector: "node",
      style: {
        width: "data(size)",
        height: "data(size)",
        "background-color": "data(colour)",
        label: "data(label)",
        color: ink,
        "font-size": 13,
        "text-outline-color": paper,
        "text-outline-width": 2,
        "min-zoomed-font-size": few ? 0 : 4,
        ...(few ? { "text-valign": "bottom", "text-margin-y": 4, "text-wrap": "wrap", "text-max-width": "160px" } : {}),
      },
    },
    {
      selector: "node.outward",
      style: {
        "text-halign": "data(side)" as "left",
        "text-valign": "center",
        "text-rotation": "data(turn)" as unknown as number,
        "text-margin-x": "data(across)" as unknown as number,
        "text-margin-y": "data(down)" as unknown as number,
      },
    },
    {
      selector: "edge",
      style: { width: 1.3, opacity: 0.55, "line-color": "data(colour)", "curve-style": "haystack" },
    },
    { selector: "edge.perhaps", style: { "line-style": "dashed" } },
    { selector: ".far", style: { opacity: 0.12 } },
    { selector: "node.near", style: { "border-width": 2, "border-color": ink, "z-index": 2 } },
  ];
}

function tools(graph: Core): HTMLElement {
  const bar = document.createElement("div");
  bar.className = "network-tools";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", say("map.tools"));
  const middle = (): { x: number; y: number } => ({ x: graph.width() / 2, y: graph.height() / 2 });
  const zoom = (factor: number): void => {
    graph.zoom({ level: graph.zoom() * factor, renderedPosition: middle() });
  };
  bar.append(
    button("+", say("map.in"), () => zoom(1.4)),
    button("−", say("map.out"), () => zoom(1 / 1.4)),
    button("⤢", say("network.whole"), () => graph.fit(undefined, 24)),
  );
  const moves: Record<string, [number, number]> = {
    ArrowLeft: [60, 0],
    ArrowRight: [-60, 0],
    ArrowUp: [0, 60],
    ArrowDown: [0, -60],
  };
  bar.addEventListener("keydown", (event) => {
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    graph.panBy({ x: move[0], y: move[1] });
  });
  return bar;
}

/** The nodes as a list: rule 3. What has the focus stands out in the drawing. */
function list(rows: Network, graph: Core): HTMLElement {
  const items = document.createElement("ul");
  items.className = "network-list";
  items.setAttribute("aria-label", say("network.list"));
  for (const node of rows.nodes) {
    const entry = node.href ? document.createElement("a") : button(node.label, node.label, () => point(graph, node.id));
    entry.textContent = node.label;
    if (node.told) entry.title = node.told;
    if (node.href && entry instanceof HTMLAnchorElement) entry.href = node.href;
    entry.addEventListener("focus", () => point(graph, node.id));
    entry.addEventListener("blur", () => graph.elements().removeClass("far near"));
    const item = document.createElement("li");
    item.append(entry);
    items.append(item);
  }
  return items;
}

function point(graph: Core, id: string): void {
  const near = graph.getElementById(id).closedNeighborhood();
  graph.elements().removeClass("near").addClass("far");
  near.removeClass("far").nodes().addClass("near");
}

function follow(href: unknown): void {
  if (typeof href === "string" && href !== "") location.assign(href);
}
