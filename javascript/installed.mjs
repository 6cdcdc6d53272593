// Says whether the packages that package.json asks for are installed in exactly those versions: `node installed.mjs FOLDER?`.
//
// The exit code is 0 if they are; else it is 1, and what is wrong is said on standard output, a line each.

import { readFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2] ?? import.meta.dirname;

function read(...names) {
  try {
    return JSON.parse(readFileSync(join(folder, ...names, "package.json"), "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") {
      return null;
    }
    throw error;
  }
}

function expectedVersion(range) {
  return range.startsWith("file:") ? read(range.slice("file:".length)).version : range;
}

for (const [name, range] of Object.entries(read().dependencies)) {
  const expected = expectedVersion(range);
  const found = read("node_modules", name)?.version ?? "none";
  if (found !== expected) {
    console.log(`expected ${name} ${expected}, found ${found}`);
    process.exitCode = 1;
  }
}
