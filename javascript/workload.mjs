// What the tests and the benchmarks write: documents, their metadata, and payloads that anyone can compute again.

import { readFileSync } from "node:fs";

export const YJS_META = {
  replicaType: ["yjs", 1, 0],
  syncMode: { writerModel: "concurrent", delivery: "delta-capable", durability: "persistent" },
  schemaHash: "01abc",
};

/** The id of a benchmark's document: "doc-000000", "doc-000001", … */
export function docIdOf(index) {
  return `doc-${String(index).padStart(6, "0")}`;
}

/** A delta of `data`, whose version is its index. */
export function entryOf(index, data) {
  return { kind: "entry", payload: { kind: "since", encoding: "binary", data }, version: String(index) };
}

/** Payloads of one length: byte i of payload n is (n * 31 + i) & 255. */
export function patternPayloads(length) {
  // Payload n is a window on one ascending run, so that making one costs next to nothing.
  const run = Uint8Array.from({ length: length + 256 }, (_, i) => i & 255);
  return {
    at: (n) => {
      const start = (n * 31) & 255;
      return run.subarray(start, start + length);
    },
  };
}

/** The updates of a recorded editing session: each a length as four bytes, big-endian, and that many bytes. */
export function tracePayloads(file) {
  const bytes = readFileSync(file);
  const updates = [];
  for (let at = 0; at < bytes.length; ) {
    const start = at + 4;
    at = start + bytes.readUInt32BE(at);
    updates.push(new Uint8Array(bytes.buffer, bytes.byteOffset + start, at - start));
  }
  return { count: updates.length, at: (n) => updates[n % updates.length] };
}
