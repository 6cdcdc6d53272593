import assert from "node:assert/strict";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import Database from "better-sqlite3";
import { YJS_META } from "../workload.mjs";
import { answersOf, temporaryFolder } from "./child.mjs";

const META = { kind: "meta", meta: YJS_META };
const GOLDEN = process.env.KYNETA_GOLDEN ?? "";

function entry(data, version = "1", more = {}) {
  return { kind: "entry", payload: { kind: "since", encoding: "binary", data, ...more }, version };
}

function peer(t, commands) {
  return answersOf("peer.mjs", [join(temporaryFolder(t), "peer.db")], commands);
}

test("records of every shape come back as they were sent", async (t) => {
  const records = [
    META,
    entry({ hex: "" }),
    entry({ hex: "00ff80" }, "", { lineage: "one" }),
    entry({ text: "lone \ud800, line \u2028 separator, NUL \0, 😀" }, "v\u2029"),
  ];
  const docId = "a\0b/\u2028/😀";
  const answers = await peer(t, [
    { op: "open" },
    ...records.map((record) => ({ op: "append", docId, record })),
    { op: "load", docId },
    { op: "dump" },
  ]);
  assert.deepEqual(answers[5], { ok: true, records });
  assert.deepEqual(answers[6], { ok: true, lines: [JSON.stringify({ docId, currentMeta: YJS_META, records })] });
});

test("replace, delete, metadata and listing do what they say", async (t) => {
  const answers = await peer(t, [
    { op: "open" },
    { op: "replace", docId: "x/1", records: [META, entry({ hex: "01" })] },
    { op: "replace", docId: "y", records: [META] },
    { op: "list", prefix: "x/" },
    { op: "list" },
    { op: "currentMeta", docId: "x/1" },
    { op: "delete", docId: "x/1" },
    { op: "currentMeta", docId: "x/1" },
    { op: "load", docId: "x/1" },
    { op: "close" },
  ]);
  assert.equal(answers[0].ok, true);
  assert.deepEqual(answers.slice(1), [
    { ok: true },
    { ok: true },
    { ok: true, docIds: ["x/1"] },
    { ok: true, docIds: ["x/1", "y"] },
    { ok: true, meta: YJS_META },
    { ok: true },
    { ok: true, meta: null },
    { ok: true, records: [] },
    { ok: true },
  ]);
});

test("dump lists documents in code-point order, not in that of JavaScript's strings", async (t) => {
  const docIds = ["\u{10ffff}", "\ue000", "\ud7ff"];
  const answers = await peer(t, [
    { op: "open" },
    ...docIds.map((docId) => ({ op: "append", docId, record: META })),
    { op: "dump" },
  ]);
  assert.deepEqual(answers[4].lines.map((line) => JSON.parse(line).docId), docIds.toReversed());
});

test("a burst registers an absent document and goes on where it is told to", async (t) => {
  const answers = await peer(t, [
    { op: "open" },
    { op: "burst", docId: "b", count: 2, bytes: 3 },
    { op: "burst", docId: "b", count: 1, bytes: 3, from: 9 },
    { op: "load", docId: "b" },
  ]);
  assert.deepEqual(answers[1], { ok: true, appended: 2 });
  const expected = [META, entry({ hex: "000102" }, "0"), entry({ hex: "1f2021" }, "1"), entry({ hex: "171819" }, "9")];
  assert.deepEqual(answers[3].records, expected);
});

test("a failure is an answer, and the next command is served", async (t) => {
  const answers = await peer(t, [
    { op: "list" },
    { op: "open" },
    { op: "append", docId: "x", record: entry({ hex: "01" }) },
    { op: "toString" },
    { op: "open" },
    { op: "list" },
  ]);
  assert.deepEqual(answers.map((answer) => answer.ok), [false, true, false, false, false, true]);
  assert.match(answers[0].error, /expected an open store/);
  assert.match(answers[2].error, /"x": the first record must be a meta record/);
});

test("a refused format names its reason, and a store that is busy SQLite's code", async (t) => {
  const file = join(temporaryFolder(t), "refused.db");
  await answersOf("peer.mjs", [file], [{ op: "open" }]);
  const database = new Database(file);
  database.exec(`UPDATE kyneta_store_meta SET value = '{"major":2,"minor":0}'`);
  const [refused] = await answersOf("peer.mjs", [file], [{ op: "open" }]);
  database.exec(`UPDATE kyneta_store_meta SET value = '{"major":1,"minor":0}'; BEGIN IMMEDIATE`);
  const [, busy] = await answersOf("peer.mjs", [file], [{ op: "open" }, { op: "append", docId: "x", record: META }]);
  database.close();
  assert.equal(refused.code, "incompatible-major");
  assert.equal(busy.code, "SQLITE_BUSY");
});

test("table names can be overridden", async (t) => {
  const tables = { docMeta: "a_meta", records: "a_records", storeMeta: "a_store" };
  const answers = await peer(t, [
    { op: "open", tables },
    { op: "append", docId: "x", record: META },
    { op: "close" },
    { op: "open" },
    { op: "list" },
    { op: "close" },
    { op: "open", tables },
    { op: "list" },
  ]);
  assert.deepEqual(answers[4].docIds, []);
  assert.deepEqual(answers[7].docIds, ["x"]);
});

test("a golden database is dumped line for line", { skip: GOLDEN === "" && "KYNETA_GOLDEN is not set" }, async (t) => {
  const file = join(temporaryFolder(t), "golden.db");
  assert.ok(existsSync(GOLDEN), `no folder ${GOLDEN}`);
  copyFileSync(join(GOLDEN, "format2.db"), file);
  const [, { lines }] = await answersOf("peer.mjs", [file], [{ op: "open" }, { op: "dump" }]);
  const expected = readFileSync(join(GOLDEN, "format2.expected.jsonl"), "utf8");
  assert.equal(lines.map((line) => `${line}\n`).join(""), expected);
});
