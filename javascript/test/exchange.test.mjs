import assert from "node:assert/strict";
import { test } from "node:test";
import {
  decideStoreFormat,
  parseStoreFormat,
  resolveMetaFromBatch,
  SeqNoTracker,
  StoreFormatVersionError,
  validateAppend,
} from "@kyneta/exchange";
import { YJS_META } from "../workload.mjs";

const ENTRY = { kind: "entry", payload: { kind: "since", encoding: "json", data: "{}" }, version: "1" };

function meta(changes = {}) {
  return { kind: "meta", meta: { ...YJS_META, ...changes } };
}

test("an append needs metadata first, and then metadata that is compatible", () => {
  assert.throws(() => validateAppend("x", ENTRY, null), /"x": the first record/);
  assert.equal(validateAppend("x", ENTRY, YJS_META), null);
  const later = meta({ replicaType: ["yjs", 1, 7], schemaHash: "other", label: 1 });
  assert.equal(validateAppend("x", later, YJS_META), later.meta);
  const newMajor = meta({ replicaType: ["yjs", 2, 0] });
  const message = /"x": replicaType .*\["yjs",1,0\].*\["yjs",2,0\]/;
  assert.throws(() => validateAppend("x", newMajor, YJS_META), message);
  assert.throws(() => validateAppend("x", meta({ replicaType: ["loro", 1, 0] }), YJS_META), /replicaType/);
});

const OTHER_MODE = { writerModel: "serialized", delivery: "snapshot-only", durability: "transient" };

for (const [axis, value] of Object.entries(OTHER_MODE)) {
  test(`${axis} is immutable`, () => {
    const changed = meta({ syncMode: { ...YJS_META.syncMode, [axis]: value } });
    assert.throws(() => validateAppend("x", changed, YJS_META), /syncMode/);
  });
}

test("a batch needs metadata, each compatible with the one before, and the last wins", () => {
  assert.throws(() => resolveMetaFromBatch([ENTRY], YJS_META), /at least one meta/);
  const last = meta({ schemaHash: "last" });
  assert.equal(resolveMetaFromBatch([ENTRY, meta(), ENTRY, last], null), last.meta);
  assert.throws(() => resolveMetaFromBatch([meta(), meta({ replicaType: ["loro", 1, 0] })], null), /replicaType/);
  assert.throws(() => resolveMetaFromBatch([meta({ replicaType: ["loro", 1, 0] })], YJS_META), /replicaType/);
});

test("numbers go on from the stored one, which is read once", async () => {
  const tracker = new SeqNoTracker();
  const unread = () => assert.fail("read again");
  assert.equal(await tracker.next("x", async () => null), 0);
  assert.equal(await tracker.next("x", unread), 1);
  assert.equal(await tracker.next("y", async () => 41), 42);
  tracker.reset("x", 6);
  assert.equal(await tracker.next("x", unread), 7);
  tracker.remove("x");
  assert.equal(await tracker.next("x", async () => 2), 3);
});

test("calls that overlap get different numbers", async () => {
  const tracker = new SeqNoTracker();
  const load = async () => 4;
  assert.deepEqual(await Promise.all([tracker.next("x", load), tracker.next("x", load)]), [5, 6]);
});

test("a format marker is parsed or malformed", () => {
  assert.deepEqual(parseStoreFormat('{"major":1,"minor":0}'), { major: 1, minor: 0 });
  assert.deepEqual(parseStoreFormat({ major: 1, minor: 2, more: 3 }), { major: 1, minor: 2 });
  const incomplete = ["", "{", "null", "1", "{}", '{"major":1}'];
  const notNumbers = ['{"major":"1","minor":0}', '{"major":-1,"minor":0}', '{"major":1.5,"minor":0}'];
  for (const marker of [...incomplete, ...notNumbers]) {
    assert.equal(parseStoreFormat(marker), "malformed", marker);
  }
});

test("a format is stamped, accepted or refused", () => {
  const current = { major: 1, minor: 0 };
  const decide = (stored, storeHasData) => decideStoreFormat({ current, stored, storeHasData });
  assert.deepEqual(decide(null, false), { action: "stamp", value: current });
  assert.deepEqual(decide(null, true), { action: "refuse", reason: "unversioned-existing-data" });
  assert.deepEqual(decide({ major: 2, minor: 0 }, false), { action: "refuse", reason: "incompatible-major" });
  assert.equal(decide({ major: 1, minor: 9 }, true).action, "accept");
  const stored = { major: 2, minor: 0 };
  const error = new StoreFormatVersionError({ reason: "incompatible-major", backend: "sqlite", stored, current });
  assert.match(error.message, /incompatible-major: expected format 1\.0, found 2\.0/);
  assert.equal(error.reason, "incompatible-major");
});
