// The network: `figure[data-network]` with its rows as JSON, in a script tag or at `data-source`, becomes one that can be
// moved and searched. The server's drawing is the fallback, and gives each node its place.
//
// Rules:
// 1. The rows are those of comity.formats.network: nodes with id, label, css, href, told; edges with one, two, label, css.
// 2. One finger and the bare wheel belong to the page, as on the map.
// 3. Everything that can be reached by pointing is also in a list that the keyboard reaches.

import type { Core, ElementDefinition, StylesheetJson } from "cytoscape";

import { button, dress, each } from "./page.ts";
import { say } from "./words.ts";

interface Node {
  id: string;
  label: string;
  css?: string;
  reach?: number;
  href?: string | null;
  told?: string;
}

interface Edge {
  one: string;
  two: string;
  label?: string;
  css?: string;
}

interface Network {
  nodes: Node[];
  edges: Edge[];
}

dress();
each("figure[data-network]", (figure) => {
  draw(figure).catch((error: unknown) => console.warn("The network stays as the server drew it:", error));
});

async function draw(figure: HTMLElement): Promise<void> {
  const [rows, { default: cytoscape }] = await Promise.all([rowsOf(figure), import("./cytoscape.js")]);
  const svg = figure.querySelector<SVGSVGElement>("svg");
  const { stage, canvas } = stageFor(figure, svg);
  withoutStyleElement();
  const graph = cytoscape({
    container: canvas,
    elements: elements(rows, figure, svg),
    style: look(figure),
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
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => graph.style(look(figure)));
}

async function rowsOf(figure: HTMLElement): Promise<Network> {
  const inline = figure.querySelector('script[type="application/json"]');
  if (inline) return JSON.parse(inline.textContent ?? "") as Network;
  const source = figure.dataset["source"];
  if (!source) throw new Error("neither a script tag with JSON nor data-source");
  const answer = await fetch(source, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${source} answered ${answer.status}`);
  return (await answer.json()) as Network;
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

function elements(rows: Network, figure: HTMLElement, svg: SVGSVGElement | null): ElementDefinition[] {
  const known = new Set(rows.nodes.map((node) => node.id));
  const colour = colours(figure);
  return [
    ...rows.nodes.map((node): ElementDefinition => {
      const circle = svg?.querySelector(`circle[data-code="${CSS.escape(node.id)}"]`);
      const size = 2 * Number(circle?.getAttribute("r") ?? node.reach ?? 5);
      const data = { id: node.id, label: node.label, href: node.href ?? "", size, colour: colour(node.css) };
      if (!circle) return { data };
      return { data, position: { x: Number(circle.getAttribute("cx")), y: Number(circle.getAttribute("cy")) } };
    }),
    ...rows.edges
      .filter((edge) => known.has(edge.one) && known.has(edge.two))
      .map((edge): ElementDefinition => ({
        data: { source: edge.one, target: edge.two, label: edge.label ?? "", colour: colour(edge.css) },
        classes: edge.css?.includes("perhaps") ? "perhaps" : "",
      })),
  ];
}

/** The colour that the page's style sheet gives a class, by its variable `--tie`. */
function colours(figure: HTMLElement): (css: string | undefined) => string {
  const found = new Map<string, string>();
  return (css = "") => {
    const known = found.get(css);
    if (known !== undefined) return known;
    const probe = document.createElement("i");
    probe.className = css;
    figure.append(probe);
    const style = getComputedStyle(probe);
    const colour = style.getPropertyValue("--tie").trim() || style.getPropertyValue("--faint").trim() || "#7d8a96";
    probe.remove();
    found.set(css, colour);
    return colour;
  };
}

function look(figure: HTMLElement): StylesheetJson {
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
        "min-zoomed-font-size": 7,
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
