// The rows of a network: as JSON in the figure, at an address, or read off the server's drawing.

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

export interface Network {
  nodes: Node[];
  edges: Edge[];
}

/** The rows of a figure. Fails where it has none. */
export async function rowsOf(figure: HTMLElement, svg: SVGSVGElement | null): Promise<Network> {
  const inline = figure.querySelector('script[type="application/json"]');
  if (inline) return JSON.parse(inline.textContent ?? "") as Network;
  const source = figure.dataset["source"];
  if (source) return await fetched(source);
  if (svg) return drawn(svg);
  throw new Error("it has no JSON, no data-source and no drawing");
}

async function fetched(source: string): Promise<Network> {
  const answer = await fetch(source, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${source} answered ${answer.status}`);
  return (await answer.json()) as Network;
}

function drawn(svg: SVGSVGElement): Network {
  const circles = [...svg.querySelectorAll<SVGCircleElement>("circle[data-code]")];
  const at = new Map(circles.map((one) => [`${one.getAttribute("cx")},${one.getAttribute("cy")}`, codeOf(one)]));
  const edges = [...svg.querySelectorAll<SVGPathElement>("path.edge")].flatMap((path): Edge[] => {
    const ends = /^M(\S+?)Q\S+ (\S+)$/.exec(path.getAttribute("d") ?? "");
    const [one, two] = [at.get(ends?.[1] ?? ""), at.get(ends?.[2] ?? "")];
    return one && two ? [{ one, two, label: titleOf(path), css: classesOf(path) }] : [];
  });
  return { nodes: circles.map(node), edges };
}

function node(circle: SVGCircleElement): Node {
  const words = circle.nextElementSibling;
  return {
    id: codeOf(circle),
    label: words?.tagName === "text" ? (words.textContent ?? "") : codeOf(circle),
    css: classesOf(circle),
    href: circle.closest("a")?.getAttribute("href") ?? null,
    told: titleOf(circle),
  };
}

function codeOf(circle: Element): string {
  return circle.getAttribute("data-code") ?? "";
}

function titleOf(shape: Element): string {
  return shape.querySelector("title")?.textContent ?? "";
}

function classesOf(shape: Element): string {
  return [...shape.classList].filter((name) => name !== "node" && name !== "edge").join(" ");
}
