// Bundles static/css and static/js with esbuild into static/build, and draws the icon sprite from the names in static/img/icons.txt.
import { build } from "esbuild";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const out = join(here, "build");

async function bundle() {
  await build({
    absWorkingDir: root,
    entryPoints: {
      app: "static/js/app.js",
      theme: "static/js/theme.js",
      charts: "static/js/charts.js",
    },
    outdir: out,
    bundle: true,
    minify: true,
    format: "iife",
    target: ["chrome109", "firefox115", "safari16.4"],
    logLevel: "warning",
  });
  await build({
    absWorkingDir: root,
    entryPoints: { app: "static/css/app.css", report: "static/css/report.css" },
    outdir: out,
    bundle: true,
    minify: true,
    assetNames: "fonts/[name]",
    loader: { ".woff2": "file" },
    target: ["chrome109", "firefox115", "safari16.4"],
    logLevel: "warning",
  });
}

async function sprite() {
  const names = (await readFile(join(here, "img/icons.txt"), "utf8")).split("\n").map((line) => line.trim()).filter(Boolean);
  const symbols = await Promise.all(names.map(async (name) => {
    const svg = await readFile(join(root, "node_modules/@tabler/icons/icons/outline", `${name}.svg`), "utf8");
    const shapes = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/<path stroke="none"[^>]*>/, "").replace(/\s*\n\s*/g, "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>`;
  }));
  await writeFile(join(out, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await bundle();
await sprite();
await writeFile(join(out, "favicon.svg"), await readFile(join(here, "img/favicon.svg")));
