import assert from "node:assert/strict";
import { test } from "node:test";
import pg from "pg";
import { YJS_META } from "../workload.mjs";
import { answersOf } from "./child.mjs";

const ADDRESS = process.env.KYNETA_POSTGRES ?? "";
const options = { skip: ADDRESS === "" && "KYNETA_POSTGRES is not set" };
const META = { kind: "meta", meta: YJS_META };
const TABLES = { docMeta: "a_meta", records: "a_records", storeMeta: "a_store" };

async function emptyDatabase() {
  const client = new pg.Client({ connectionString: ADDRESS });
  await client.connect();
  await client.query("DROP SCHEMA public CASCADE");
  await client.query("CREATE SCHEMA public");
  await client.end();
}

function entry(data, version = "1") {
  return { kind: "entry", payload: { kind: "since", encoding: "binary", data }, version };
}

test("records come back as they were sent, from tables of either name", options, async () => {
  await emptyDatabase();
  const records = [META, entry({ hex: "" }), entry({ hex: "00ff80" }, ""), entry({ text: "lone \ud800, NUL \0, 😀" })];
  const answers = await answersOf("peer.mjs", [ADDRESS], [
    { op: "open" },
    { op: "replace", docId: "x/1", records },
    { op: "append", docId: "y", record: META },
    { op: "burst", docId: "y", count: 2, bytes: 3 },
    { op: "load", docId: "x/1" },
    { op: "close" },
    { op: "open", tables: TABLES },
    { op: "list" },
    { op: "append", docId: "z", record: META },
    { op: "close" },
    { op: "open" },
    { op: "delete", docId: "y" },
    { op: "dump" },
  ]);
  assert.match(answers[0].postgres, /^\d+/);
  assert.deepEqual(answers[4], { ok: true, records });
  assert.deepEqual(answers[7].docIds, []);
  const [line] = answers[12].lines.map((text) => JSON.parse(text));
  assert.deepEqual(line, { docId: "x/1", currentMeta: YJS_META, records });
});

test("a failure carries PostgreSQL's code", options, async () => {
  await emptyDatabase();
  const answers = await answersOf("peer.mjs", [ADDRESS], [
    { op: "open" },
    { op: "append", docId: "a\0b", record: META },
  ]);
  assert.equal(answers[1].code, "22021");
});

test("every workload counts its operations and bytes, with callers of any number", options, async () => {
  await emptyDatabase();
  const file = ADDRESS;
  const answers = await answersOf("bench.mjs", [], [
    { workload: "append", file, docs: 3, records: 5, bytes: 7, sync: "full" },
    { workload: "append", file, docs: 64, records: 2, bytes: 7, sync: "full", threads: 64, connections: 8 },
    { workload: "fill", file, docs: 20, records: 4, bytes: 7 },
    { workload: "load", file, docs: 10, times: 2 },
    { workload: "meta", file, docs: 10, times: 2 },
    { workload: "list", file, prefix: "doc-00001", times: 2 },
    { workload: "replace", file, docs: 2, times: 3, bytes: 7, records: 11 },
    { workload: "load", file, docs: 2, times: 1 },
  ]);
  assert.deepEqual(answers.map(({ ok, figure, operations, bytes }) => [ok, figure, operations, bytes]), [
    [true, "append", 15, 105],
    [true, "append", 128, 896],
    [true, "fill", 20, 560],
    [true, "load", 100, 560],
    [true, "meta", 20, 0],
    [true, "list", 20, 0],
    [true, "replace", 6, 420],
    [true, "load", 22, 140],
  ]);
});
