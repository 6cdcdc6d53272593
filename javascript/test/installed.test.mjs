import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "./child.mjs";

const PROGRAM = join(import.meta.dirname, "..", "installed.mjs");

function write(content, ...names) {
  mkdirSync(join(...names), { recursive: true });
  writeFileSync(join(...names, "package.json"), JSON.stringify(content));
}

test("what is installed is compared with what is asked for", (context) => {
  const folder = temporaryFolder(context);
  const check = () => spawnSync(process.execPath, [PROGRAM, folder], { encoding: "utf8" });
  write({ dependencies: { "@a/b": "1.2.3", c: "file:./c" } }, folder);
  write({ version: "7.0.0" }, folder, "c");
  assert.equal(check().stdout, "expected @a/b 1.2.3, found none\nexpected c 7.0.0, found none\n");
  assert.equal(check().status, 1);
  write({ version: "1.2.2" }, folder, "node_modules", "@a/b");
  write({ version: "7.0.0" }, folder, "node_modules", "c");
  assert.equal(check().stdout, "expected @a/b 1.2.3, found 1.2.2\n");
  assert.equal(check().status, 1);
  write({ version: "1.2.3" }, folder, "node_modules", "@a/b");
  assert.equal(check().stdout, "");
  assert.equal(check().status, 0);
});

test("the packages of these tests are installed", () => {
  assert.equal(spawnSync(process.execPath, [PROGRAM], { encoding: "utf8" }).stdout, "");
});
