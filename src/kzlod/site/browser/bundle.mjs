// Bundles the query page: node bundle.mjs writes dist/, where everything is a plain script that works from a file as well.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { feature } from "topojson-client";

const COMMON = { bundle: true, minify: true, format: "iife", target: "es2022", legalComments: "none", charset: "utf8", metafile: true };
const bundled = new Set();

function note(metafile) {
  for (const path of Object.keys(metafile.inputs)) {
    const parts = path.split("node_modules/");
    if (parts.length > 1) {
      const [scope, name] = parts.at(-1).split("/");
      bundled.add(scope.startsWith("@") ? `${scope}/${name}` : scope);
    }
  }
}

// yasgui's build has its own packages inside; its lock entries say which.
function addDependencies(name) {
  const manifest = JSON.parse(readFileSync(join("node_modules", name, "package.json"), "utf8"));
  for (const dependency of Object.keys(manifest.dependencies ?? {})) {
    if (!bundled.has(dependency)) {
      bundled.add(dependency);
      addDependencies(dependency);
    }
  }
}

async function bundlePage() {
  const made = await build({ ...COMMON, entryPoints: ["query.js"], outdir: "dist", loader: { ".svg": "dataurl", ".woff2": "dataurl" } });
  note(made.metafile);
}

// The worker and the engine's bytes travel in one script, because a file may fetch neither.
async function bundleEngine() {
  const made = await build({ ...COMMON, entryPoints: ["engine.js"], write: false, logOverride: { "empty-import-meta": "silent" } });
  note(made.metafile);
  const wasm = gzipSync(readFileSync(join("node_modules", "oxigraph", "web_bg.wasm")), { level: 9 });
  const parts = JSON.stringify({ script: made.outputFiles[0].text, wasm: wasm.toString("base64") });
  writeFileSync(join("dist", "engine.js"), `kzlodEngine(${parts});\n`);
}

// Coastlines as rings of [longitude, latitude]; a tenth of a degree is less than a pixel of the map.
function writeLand() {
  const atlas = JSON.parse(readFileSync(join("node_modules", "world-atlas", "land-110m.json"), "utf8"));
  const round = (number) => Math.round(number * 10) / 10;
  const rings = feature(atlas, atlas.objects.land).features
    .flatMap(({ geometry }) => (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates))
    .flat()
    .map((ring) => ring.map(([longitude, latitude]) => [round(longitude), round(latitude)]));
  writeFileSync(join("dist", "land.json"), JSON.stringify(rings) + "\n");
  bundled.add("world-atlas");
}

function readLicence(name) {
  const manifest = JSON.parse(readFileSync(join("node_modules", name, "package.json"), "utf8"));
  let text = "";
  for (const file of ["LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "license", "LICENSE-MIT", "license.txt"]) {
    try {
      text = readFileSync(join("node_modules", name, file), "utf8").trim();
      break;
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
    }
  }
  const licence = manifest.license ?? (manifest.licenses ?? []).map(({ type }) => type).join(" or ");
  const author = typeof manifest.author === "string" ? manifest.author : manifest.author?.name ?? "";
  // Some packages name the licence and do not bring its text.
  if (!text && licence.includes("MIT")) text = `Copyright (c) ${author || `the authors of ${name}`}\n\n${readFileSync("mit.txt", "utf8").trim()}`;
  return [`${name} ${manifest.version}`, `Licence: ${licence}`, author && `Author: ${author}`, text].filter(Boolean).join("\n");
}

mkdirSync("dist", { recursive: true });
await bundlePage();
await bundleEngine();
writeLand();
for (const name of [...bundled]) addDependencies(name);
writeFileSync(join("dist", "LICENSES.txt"), [...bundled].sort().map(readLicence).join("\n\n" + "-".repeat(80) + "\n\n") + "\n");
