// Type-check and bundle the islands into the folder given as the only argument.
// The same sources give the same bytes: no hashes in names, no source maps, no time.

import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

const web = fileURLToPath(new URL(".", import.meta.url));
const out = process.argv[2] ?? join(web, "out");
const modules = join(web, "node_modules");

const typed = spawnSync(process.execPath, [join(modules, "typescript", "bin", "tsc"), "--project", web], {
  stdio: "inherit",
});
if (typed.status !== 0) process.exit(1);

mkdirSync(out, { recursive: true });
const bundled = await build({
  absWorkingDir: web,
  entryPoints: ["map", "network", "live", "slider", "cytoscape"].map((name) => `src/${name}.ts`),
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none", // licences.txt has them whole
  metafile: true,
  external: ["./cytoscape.js"], // fetched by network.js when a page has a network, and not before
  logLevel: "warning",
});
await build({
  absWorkingDir: web,
  entryPoints: ["src/islands.css"],
  outdir: out,
  minify: true,
  logLevel: "warning",
});
copyFileSync(join(modules, "htmx.org", "dist", "htmx.min.js"), join(out, "htmx.js"));

const inside = Object.keys(bundled.metafile.inputs).map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
const licences = [...new Set([...inside.filter(Boolean), "htmx.org"])].sort().map((name) => {
  const file = readdirSync(join(modules, name)).find((one) => /^licen[cs]e/i.test(one));
  return `${name}\n\n${readFileSync(join(modules, name, file), "utf8").trim()}\n`;
});
writeFileSync(join(out, "licences.txt"), licences.join(`\n${"-".repeat(80)}\n\n`));

for (const name of readdirSync(out).sort()) {
  const bytes = readFileSync(join(out, name));
  console.log(`${name} ${bytes.length} bytes, ${gzipSync(bytes).length} compressed`);
}
