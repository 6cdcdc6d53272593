import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { answersOf, temporaryFolder } from "./child.mjs";

function shapeOf({ ok, figure, operations, bytes, seconds }) {
  return { ok, figure, operations, bytes, timed: seconds > 0 };
}

async function round(commands) {
  return (await answersOf("bench.mjs", [], commands)).map(shapeOf);
}

test("every workload counts its operations and bytes", async (t) => {
  const file = join(temporaryFolder(t), "bench.db");
  const answers = await round([
    { workload: "append", file, docs: 3, records: 5, bytes: 7, sync: "full" },
    { workload: "fill", file, docs: 20, records: 4, bytes: 7 },
    { workload: "load", file, docs: 10, times: 2 },
    { workload: "meta", file, docs: 10, times: 2 },
    { workload: "list", file, prefix: "doc-00001", times: 2 },
    { workload: "replace", file, docs: 2, times: 3, bytes: 7, records: 11 },
    { workload: "load", file, docs: 2, times: 1 },
  ]);
  assert.deepEqual(answers, [
    { ok: true, figure: "append", operations: 15, bytes: 105, timed: true },
    { ok: true, figure: "fill", operations: 20, bytes: 560, timed: true },
    { ok: true, figure: "load", operations: 100, bytes: 560, timed: true },
    { ok: true, figure: "meta", operations: 20, bytes: 0, timed: true },
    { ok: true, figure: "list", operations: 20, bytes: 0, timed: true },
    { ok: true, figure: "replace", operations: 6, bytes: 420, timed: true },
    { ok: true, figure: "load", operations: 22, bytes: 140, timed: true },
  ]);
  assert.equal(existsSync(`${file}-warm-up`), false);
});

test("a recorded session is appended update by update", async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, "bench.db");
  const trace = join(folder, "updates");
  writeFileSync(trace, Buffer.from("00000003aabbcc0000000000000001dd", "hex"));
  const [append, load, fill, loadAgain] = await round([
    { workload: "append", file, docs: 2, trace },
    { workload: "load", file, docs: 2, times: 1 },
    { workload: "fill", file, docs: 1, trace },
    { workload: "load", file, docs: 1, times: 1 },
  ]);
  assert.deepEqual(append, { ok: true, figure: "append", operations: 6, bytes: 8, timed: true });
  assert.deepEqual(load, { ok: true, figure: "load", operations: 8, bytes: 8, timed: true });
  assert.deepEqual(fill, { ok: true, figure: "fill", operations: 1, bytes: 4, timed: true });
  assert.deepEqual(loadAgain, { ok: true, figure: "load", operations: 4, bytes: 4, timed: true });
});

test("an append says how long single ones took", async (t) => {
  const file = join(temporaryFolder(t), "bench.db");
  const [append] = await answersOf("bench.mjs", [], [
    { workload: "append", file, docs: 2, records: 50, bytes: 7, threads: 2, threadKind: "virtual" },
  ]);
  assert.equal(append.operations, 100);
  assert.ok(append.p50 > 0 && append.p50 <= append.p99, JSON.stringify(append));
  assert.ok(append.p99 <= append.seconds * 1e6, JSON.stringify(append));
});

test("a command that lacks something is refused by name", async (t) => {
  const file = join(temporaryFolder(t), "absent.db");
  const answers = await answersOf("bench.mjs", [], [
    { workload: "append", file, docs: 1, bytes: 1 },
    { workload: "append", file, docs: 1, records: 1, bytes: 1, sync: "often" },
    { workload: "load", docs: 1, times: 1 },
    { workload: "load", file, docs: 1, times: 1 },
    { workload: "guess", file },
  ]);
  assert.deepEqual(answers.map((answer) => answer.ok), [false, false, false, false, false]);
  assert.match(answers[0].error, /expected "records"/);
  assert.match(answers[1].error, /found "often"/);
  assert.match(answers[2].error, /expected "file"/);
});
