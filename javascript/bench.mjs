// The JavaScript store as a benchmark's peer: `node bench.mjs` serves one round a line, so that a harness can let
// several peers take turns. Each command opens the database anew, works untimed for a quarter of a second to warm up
// (`fill` does not), then measures. Other peers answer the same commands.
//
//   {"workload":"fill","file":…,"docs":N,"records":M,"bytes":B}
//       a new database of N documents with one meta record and M entries each, for the workloads that need one; it is
//       written unsynced. "trace":FILE in place of "bytes" takes the updates of a recorded session, all of them if
//       "records" is absent. operations: N
//   {"workload":"append","file":…,"docs":N,"records":M,"bytes":B,"sync":"full"|"normal"}
//       a new database of N registered documents, then M entries to each, one at a time, the documents taking turns.
//       "trace" as above. "threads":T,"threadKind":"platform"|"virtual" lets T threads append at once, each to
//       documents of its own, where the peer can: the C program has one thread, and this one T callers over PostgreSQL
//       only, through a pool of at most "connections" (T when absent). operations: N * M
//   {"workload":"load","file":…,"docs":N,"times":T}
//       the first N documents' streams, T times. operations: records
//   {"workload":"meta","file":…,"docs":N,"times":T}
//       their current metadata, T times. operations: N * T
//   {"workload":"replace","file":…,"docs":N,"times":T,"records":500?,"bytes":B,"sync":…}
//       their streams by new ones, of that many records with the meta record that comes first. operations: N * T
//   {"workload":"list","file":…,"prefix":P,"times":T}
//       the ids that begin with P, T times. operations: ids
//
// "file" may be the address of a PostgreSQL database (postgres://USER@HOST:PORT/NAME) here; a new database is then a
// database whose tables are dropped and created.
//
// Documents are "doc-000000", "doc-000001", …; byte i of entry n is (n * 31 + i) & 255, and its version is "n".
// Answer: {"ok":true,"figure":workload,"operations":…,"seconds":…,"bytes":payload bytes,"sqlite":version}, or
// {"ok":false,"error":message}; of "append" with "p50" and "p99" as well, percentiles of the single appends' lengths in
// microseconds by nearest rank, and from our peers with "allocated", the bytes of heap an operation allocates. "sync" is
// "normal" when absent. Our peers know "checksums":"off" besides: tables without a column for them.

import { rmSync } from "node:fs";
import { serve } from "./lines.mjs";
import { isPostgres, openPostgres } from "./postgres.mjs";
import { openSqlite } from "./sqlite.mjs";
import { docIdOf, entryOf, patternPayloads, tracePayloads, YJS_META } from "./workload.mjs";

const WARM_UP_SECONDS = 0.25;
const SYNC_MODES = ["full", "normal", "off"];
const META_RECORD = { kind: "meta", meta: YJS_META };

/** What a workload cannot do without, beside "file". */
const REQUIRED = {
  fill: ["docs"],
  append: ["docs"],
  load: ["docs", "times"],
  meta: ["docs", "times"],
  replace: ["docs", "times", "bytes"],
  list: ["prefix", "times"],
};

const WORKLOADS = {
  fill: (command) => withNewStore({ ...command, sync: "off" }, (store) => timed(() => fill(store, command))),

  async append(command) {
    const work = appending(command);
    const warmUpFile = isPostgres(command.file) ? command.file : `${command.file}-warm-up`;
    await withNewStore({ ...command, file: warmUpFile }, async (store) => {
      await register(store, command.docs);
      const lengths = new Float64Array(command.docs * work.warmUp.length);
      await warmUp(() => work.round(store, work.warmUp, lengths));
    });
    removeDatabase(warmUpFile);
    return withNewStore(command, async (store) => {
      await register(store, command.docs);
      const lengths = new Float64Array(command.docs * work.entries.length);
      return { ...(await timed(() => work.round(store, work.entries, lengths))), ...percentiles(lengths) };
    });
  },

  load: (command) => repeated(command, (store) => load(store, command.docs)),
  meta: (command) => repeated(command, (store) => readMeta(store, command.docs)),
  list: (command) => repeated(command, (store) => list(store, command.prefix)),

  replace(command) {
    const batch = streamOf((command.records ?? 500) - 1, patternPayloads(command.bytes));
    return repeated(command, (store) => replace(store, command.docs, batch));
  },
};

function fill(store, command) {
  const payloads = payloadsOf(command);
  return replace(store, command.docs, streamOf(recordsOf(command, payloads), payloads));
}

/** A whole stream: a meta record and `count` entries. */
function streamOf(count, payloads) {
  return [META_RECORD, ...entriesOf(count, payloads)];
}

function entriesOf(count, payloads) {
  return Array.from({ length: count }, (_, n) => entryOf(n, payloads.at(n)));
}

function payloadsOf(command) {
  const { trace } = command;
  return trace === undefined ? patternPayloads(required(command, "bytes")) : tracePayloads(trace);
}

function recordsOf(command, payloads) {
  return command.records ?? payloads.count ?? required(command, "records");
}

async function register(store, docs) {
  for (let doc = 0; doc < docs; doc++) {
    await store.append(docIdOf(doc), META_RECORD);
  }
}

/** What is appended is made before the clock runs; each append is timed by two readings of the clock, 50 ns each. */
function appending(command) {
  const payloads = payloadsOf(command);
  const callers = callersOf(command);
  const shares = Array.from({ length: callers }, () => []);
  docIdsOf(command.docs).forEach((docId, doc) => shares[doc % callers].push(docId));
  return {
    entries: entriesOf(recordsOf(command, payloads), payloads),
    warmUp: entriesOf(Math.ceil(100 / command.docs), payloads),
    async round(store, entries, lengths) {
      const total = { operations: 0, bytes: 0 };
      await Promise.all(shares.map((docIds) => appendAll(store, docIds, entries, lengths, total)));
      return total;
    },
  };
}

async function appendAll(store, docIds, entries, lengths, total) {
  for (const entry of entries) {
    for (const docId of docIds) {
      const start = performance.now();
      await store.append(docId, entry);
      lengths[total.operations++] = performance.now() - start;
      total.bytes += entry.payload.data.length;
    }
  }
}

/** SQLite's binding keeps its thread busy until it has an answer. */
function callersOf({ file, threads = 1, docs }) {
  return isPostgres(file) ? Math.min(threads, docs ?? threads) : 1;
}

/** Of milliseconds, in microseconds. */
function percentiles(lengths) {
  if (lengths.length === 0) {
    return {};
  }
  const sorted = lengths.sort();
  const at = (share) => sorted[Math.ceil(share * sorted.length) - 1] * 1000;
  return { p50: at(0.5), p99: at(0.99) };
}

async function load(store, docs) {
  let operations = 0;
  let bytes = 0;
  for (const docId of docIdsOf(docs)) {
    for await (const record of store.loadAll(docId)) {
      operations++;
      bytes += record.kind === "entry" ? record.payload.data.length : 0;
    }
  }
  return { operations, bytes };
}

async function readMeta(store, docs) {
  for (const docId of docIdsOf(docs)) {
    if ((await store.currentMeta(docId)) === null) {
      throw new Error(`expected metadata of ${docId}, found none`);
    }
  }
  return { operations: docs, bytes: 0 };
}

async function replace(store, docs, batch) {
  for (const docId of docIdsOf(docs)) {
    await store.replace(docId, batch);
  }
  const bytes = batch.reduce((sum, record) => sum + (record.payload?.data.length ?? 0), 0);
  return { operations: docs, bytes: bytes * docs };
}

async function list(store, prefix) {
  let operations = 0;
  for await (const _ of store.listDocIds(prefix)) {
    operations++;
  }
  return { operations, bytes: 0 };
}

function required(command, member) {
  if (command[member] === undefined) {
    throw new Error(`command: expected ${JSON.stringify(member)}, found none`);
  }
  return command[member];
}

function docIdsOf(docs) {
  return Array.from({ length: docs }, (_, doc) => docIdOf(doc));
}

/** Opens the database that is there, warms up, and measures `times` passes. */
async function repeated(command, pass) {
  return withStore(command, true, async (store) => {
    await warmUp(() => pass(store));
    return timed(async () => {
      const total = { operations: 0, bytes: 0 };
      for (let n = 0; n < command.times; n++) {
        const { operations, bytes } = await pass(store);
        total.operations += operations;
        total.bytes += bytes;
      }
      return total;
    });
  });
}

async function withNewStore(command, body) {
  removeDatabase(command.file);
  return withStore(command, false, body);
}

async function withStore(command, mustExist, body) {
  const { file, sync = "normal" } = command;
  if (!SYNC_MODES.includes(sync)) {
    throw new Error(`expected sync ${SYNC_MODES.join(", ")}, found ${JSON.stringify(sync)}`);
  }
  const opened = isPostgres(file)
    ? await openPostgres(file, { sync, fresh: !mustExist, connections: command.connections ?? callersOf(command) })
    : openSqlite(file, { sync, fileMustExist: mustExist });
  try {
    return { ...(await body(opened.store)), ...opened.engine };
  } finally {
    await opened.close();
  }
}

function removeDatabase(file) {
  if (isPostgres(file)) {
    return;
  }
  for (const suffix of ["", "-wal", "-shm", "-journal"]) {
    rmSync(`${file}${suffix}`, { force: true });
  }
}

async function warmUp(work) {
  const start = performance.now();
  do {
    await work();
  } while (performance.now() - start < WARM_UP_SECONDS * 1000);
}

async function timed(work) {
  const start = process.hrtime.bigint();
  const { operations, bytes } = await work();
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  return { operations, seconds, bytes };
}

await serve(async (command) => {
  if (!Object.hasOwn(WORKLOADS, command.workload)) {
    const known = Object.keys(WORKLOADS).join(", ");
    throw new Error(`expected one of ${known}, found ${JSON.stringify(command.workload)}`);
  }
  for (const member of ["file", ...REQUIRED[command.workload]]) {
    required(command, member);
  }
  return { figure: command.workload, ...(await WORKLOADS[command.workload](command)) };
});
