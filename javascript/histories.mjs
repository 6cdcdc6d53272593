// Random histories of real Yjs and Loro documents under command, for the tests of the relay's replicas.
//
// Commands and answers are lines of words; bytes are in Base64.
//   yjs SEED | loro SEED       makes a history with some writers, who have exchanged only a part of what they wrote
//       v:VERSION              the version of the document that has everything
//       w:VERSION …            the versions of the writers
//       u:UPDATE …             updates that add up to everything, some of them more than once or as part of others
//       s:VERSION:SNAPSHOT     loro only: what one writer had at some time, as a snapshot
//   check WRITER OFFER …       same | different …: whether a writer's document, or a new one for -1, that takes in the
//                              offers equals the document that has everything
//   text UPDATE …              the text of a Yjs document of these updates

import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import * as Y from "yjs";
import { loroHistory } from "./loro-history.mjs";
import { yjsHistory } from "./yjs-history.mjs";

let history = null;

const OPERATIONS = {
  yjs: ([seed]) => describe((history = yjsHistory(Number(seed)))),
  loro: ([seed]) => describe((history = loroHistory(Number(seed)))),
  check: ([writer, ...offers]) => history.check(Number(writer), offers.map(bytesOf)),
  text,
};

function describe({ version, writers, updates, snapshots = [] }) {
  return [
    `v:${version}`,
    ...writers.map((writer) => `w:${writer}`),
    ...updates.map((update) => `u:${wordOf(update)}`),
    ...snapshots.map((snapshot) => `s:${snapshot.version}:${wordOf(snapshot.bytes)}`),
  ].join(" ");
}

function text(updates) {
  const document = new Y.Doc();
  updates.forEach((update) => Y.applyUpdate(document, bytesOf(update)));
  const hash = createHash("sha256");
  for (const name of [...document.share.keys()].sort()) {
    hash.update(name).update("\0").update(document.getText(name).toString()).update("\0");
  }
  return `${hash.digest("hex")} ${wordOf(Y.encodeStateVector(document))}`;
}

function bytesOf(word) {
  return new Uint8Array(Buffer.from(word, "base64"));
}

function wordOf(bytes) {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

for await (const line of createInterface({ input: process.stdin })) {
  const [operation, ...words] = line.split(" ");
  process.stdout.write(`${OPERATIONS[operation](words)}\n`);
}
