// The JavaScript store under command, for interoperability tests: `node peer.mjs PLACE`, an SQLite file or the address
// of a PostgreSQL database (postgres://USER@HOST:PORT/NAME).
//
// Commands, one JSON object a line, and what their answers carry beside "ok":
//   {"op":"open","tables":{…}?}                     sqlite or postgres: the engine's version; `tables` overrides table names
//   {"op":"close"}
//   {"op":"append","docId":…,"record":…}
//   {"op":"replace","docId":…,"records":[…]}
//   {"op":"delete","docId":…}
//   {"op":"currentMeta","docId":…}                  meta: the metadata, or null
//   {"op":"load","docId":…}                         records: […]
//   {"op":"list","prefix":…?}                       docIds: […], in the store's own order
//   {"op":"dump"}                                   lines: […], one JSON text a document, in code-point order of ids
//   {"op":"burst","docId":…,"count":N,"bytes":M,"from":F?}
//                                                   appended: N; appends the entries F to F+N-1 (F is 0 when absent)
//
// A failure is {"ok":false,"error":message,"code":…?}. A record is {"kind":"meta","meta":{…}} or
// {"kind":"entry","payload":{"kind","encoding","data","lineage"?},"version"}, its data {"text":…} or {"hex":…}.
// `burst` registers an absent document as a Yjs one; entry n has version "n" and the payload bytes (n * 31 + i) & 255.

import { serve } from "./lines.mjs";
import { isPostgres, openPostgres } from "./postgres.mjs";
import { openSqlite } from "./sqlite.mjs";
import { entryOf, patternPayloads, YJS_META } from "./workload.mjs";

const [place] = process.argv.slice(2);
let opened = null;

const OPERATIONS = {
  async open({ tables }) {
    if (opened !== null) {
      throw new Error("expected a closed store, found an open one");
    }
    opened = await (isPostgres(place) ? openPostgres : openSqlite)(place, { tables });
    return opened.engine;
  },
  close,
  append: ({ docId, record }) => store().append(docId, fromWire(record)),
  replace: ({ docId, records }) => store().replace(docId, records.map(fromWire)),
  delete: ({ docId }) => store().delete(docId),
  currentMeta: async ({ docId }) => ({ meta: await store().currentMeta(docId) }),
  load: async ({ docId }) => ({ records: await load(docId) }),
  list: async ({ prefix }) => ({ docIds: await collect(store().listDocIds(prefix)) }),
  dump: async () => ({ lines: await dump() }),
  burst,
};

async function close() {
  await store().close();
  await opened.close();
  opened = null;
}

function store() {
  if (opened === null) {
    throw new Error("expected an open store, found a closed one");
  }
  return opened.store;
}

async function load(docId) {
  return (await collect(store().loadAll(docId))).map(toWire);
}

async function dump() {
  const docIds = await collect(store().listDocIds());
  const lines = [];
  for (const docId of docIds.sort(byCodePoint)) {
    const line = { docId, currentMeta: await store().currentMeta(docId), records: await load(docId) };
    lines.push(JSON.stringify(line));
  }
  return lines;
}

async function burst({ docId, count, bytes, from = 0 }) {
  const payloads = patternPayloads(bytes);
  if ((await store().currentMeta(docId)) === null) {
    await store().append(docId, { kind: "meta", meta: YJS_META });
  }
  for (let n = from; n < from + count; n++) {
    await store().append(docId, entryOf(n, payloads.at(n)));
  }
  return { appended: count };
}

/** Code-point order, which is the byte order of UTF-8 and not the order of JavaScript's strings. */
function byCodePoint(a, b) {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function fromWire(record) {
  return withData(record, ({ text, hex }) => text ?? new Uint8Array(Buffer.from(hex, "hex")));
}

function toWire(record) {
  return withData(record, (data) => (typeof data === "string" ? { text: data } : { hex: hexOf(data) }));
}

function withData(record, convert) {
  if (record.kind === "meta") {
    return record;
  }
  const { payload } = record;
  return { ...record, payload: { ...payload, data: convert(payload.data) } };
}

function hexOf(bytes) {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

async function collect(iterable) {
  const items = [];
  for await (const item of iterable) {
    items.push(item);
  }
  return items;
}

if (place === undefined) {
  process.stderr.write("usage: node peer.mjs PLACE\n");
  process.exitCode = 2;
} else {
  await serve((command) => {
    if (!Object.hasOwn(OPERATIONS, command.op)) {
      throw new Error(`expected one of ${Object.keys(OPERATIONS).join(", ")}, found ${JSON.stringify(command.op)}`);
    }
    return OPERATIONS[command.op](command);
  });
  if (opened !== null) {
    await close();
  }
}
