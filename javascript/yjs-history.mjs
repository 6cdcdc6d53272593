// A random history of a Yjs document.

import { isDeepStrictEqual } from "node:util";
import * as Y from "yjs";
import { boundary, randomOf, textOf, valueOf } from "./random.mjs";

const LOCAL = "local";

/** Every fifth history has only such changes as delete nothing by the way, so that all deletions are told. */
export function yjsHistory(seed) {
  const random = randomOf(seed);
  const edits =
    seed % 5 === 0
      ? [editPlainText, editPlainArray]
      : [editText, editText, editText, editArray, editMap, editXml];
  const updates = [];
  const writers = Array.from({ length: 3 + random.below(3) }, (_, index) => writerOf(random, index, updates));
  const steps = 10 + random.below(24);
  for (let step = 0; step < steps; step++) {
    const writer = random.oneOf(writers);
    write(random, writer, edits);
    if (random.happens(0.25)) {
      exchange(random, writer, random.oneOf(writers), updates);
    }
  }
  const all = [...updates];
  const extra = combined(random, updates);
  const reference = new Y.Doc();
  all.forEach((update) => Y.applyUpdate(reference, update));
  return {
    version: versionOf(reference),
    writers: writers.map(({ document }) => versionOf(document)),
    updates: [...all, ...extra],
    check: (writer, offers) => check(reference, writers[writer]?.document, offers),
  };
}

function writerOf(random, index, updates) {
  const document = new Y.Doc({ gc: random.happens(0.7) });
  // Ids of every length, in an order of their own.
  document.clientID = random.oneOf([1, 200, 40000, 3000000, 2000000000, 4294967290]) + index;
  document.on("update", (update, origin) => {
    if (origin === LOCAL || origin instanceof Y.UndoManager) {
      updates.push(update);
    }
  });
  const undo = new Y.UndoManager([document.getText("text"), document.getArray("array")], {
    captureTimeout: 0,
    trackedOrigins: new Set([LOCAL]),
  });
  return { document, undo };
}

/** Lets a writer get what another one has, perhaps by way of an update that anybody may see. */
function exchange(random, to, from, updates) {
  const update = Y.encodeStateAsUpdate(from.document, Y.encodeStateVector(to.document));
  Y.applyUpdate(to.document, update);
  if (random.happens(0.5)) {
    updates.push(update);
  }
}

/** Updates that hold several others, and often leave a gap between them. */
function combined(random, updates) {
  return Array.from({ length: random.below(5) }, () => {
    const some = updates.filter(() => random.happens(0.3));
    return Y.mergeUpdates(some.length === 0 ? updates : some);
  });
}

function write(random, { document, undo }, edits) {
  if (random.happens(0.1)) {
    random.happens(0.7) ? undo.undo() : undo.redo();
    return;
  }
  document.transact(() => {
    do {
      random.oneOf(edits)(random, document);
    } while (random.happens(0.3));
  }, LOCAL);
}

function editPlainText(random, document) {
  const text = document.getText("text");
  const at = boundary(text.toString(), random.below(text.length + 1));
  const length = boundary(text.toString(), Math.min(text.length, at + 1 + random.below(6))) - at;
  if (length > 0 && random.happens(0.4)) {
    text.delete(at, length);
  } else {
    text.insert(random.happens(0.5) ? text.length : at, textOf(random));
  }
}

function editPlainArray(random, document) {
  const array = document.getArray("array");
  const at = random.below(array.length + 1);
  if (at < array.length && random.happens(0.4)) {
    array.delete(at, Math.min(array.length - at, 1 + random.below(3)));
  } else {
    array.insert(at, [valueOf(random), random.below(10)]);
  }
}

function editText(random, document) {
  editAnyText(random, document.getText("text"));
}

function editAnyText(random, text) {
  const units = text.toDelta().map(({ insert }) => (typeof insert === "string" ? insert : "\ufffc")).join("");
  const at = boundary(units, random.below(text.length + 1));
  const length = boundary(units, Math.min(text.length, at + 1 + random.below(6))) - at;
  if (length > 0 && random.happens(0.3)) {
    text.delete(at, length);
  } else if (length > 0 && random.happens(0.2)) {
    text.format(at, length, { [random.oneOf(["bold", "color"])]: random.oneOf([true, null, "red"]) });
  } else if (random.happens(0.1)) {
    text.insertEmbed(at, { image: textOf(random) });
  } else {
    text.insert(random.happens(0.5) ? text.length : at, textOf(random), random.happens(0.1) ? { bold: true } : undefined);
  }
}

function editArray(random, document) {
  editAnyArray(random, document.getArray("array"), 0);
}

function editAnyArray(random, array, depth) {
  const at = random.below(array.length + 1);
  const inner = at < array.length ? array.get(at) : null;
  if (inner instanceof Y.AbstractType && random.happens(0.6)) {
    editNested(random, inner, depth);
  } else if (at < array.length && random.happens(0.35)) {
    array.delete(at, Math.min(array.length - at, 1 + random.below(3)));
  } else {
    const values = Array.from({ length: 1 + random.below(4) }, () => leafOf(random, depth));
    array.insert(at, values);
  }
}

function editMap(random, document) {
  editAnyMap(random, document.getMap("map"), 0);
}

function editAnyMap(random, map, depth) {
  const key = random.oneOf(["a", "b", "ключ"]);
  const inner = map.get(key);
  if (inner instanceof Y.AbstractType && random.happens(0.6)) {
    editNested(random, inner, depth);
  } else if (random.happens(0.25)) {
    map.delete(key);
  } else {
    map.set(key, leafOf(random, depth));
  }
}

function editNested(random, type, depth) {
  if (type instanceof Y.Text) {
    editAnyText(random, type);
  } else if (type instanceof Y.Array) {
    editAnyArray(random, type, depth + 1);
  } else if (type instanceof Y.Map) {
    editAnyMap(random, type, depth + 1);
  }
}

function leafOf(random, depth) {
  if (depth < 3 && random.happens(0.3)) {
    return random.oneOf([() => new Y.Text(textOf(random)), () => new Y.Array(), () => new Y.Map()])();
  }
  return random.happens(0.1) ? special(random) : valueOf(random);
}

function special(random) {
  return random.oneOf([
    () => ({ missing: undefined }),
    () => new Uint8Array([1, 2, 255]),
    () => [2n ** 40n],
    () => 0.5,
    () => -1,
    () => new Y.Doc({ guid: `document ${random.below(3)}`, meta: { a: 1 } }),
  ])();
}

function editXml(random, document) {
  const xml = document.getXmlFragment("xml");
  const at = random.below(xml.length + 1);
  const node = at < xml.length ? xml.get(at) : null;
  if (node instanceof Y.XmlElement && random.happens(0.6)) {
    node.setAttribute(random.oneOf(["id", "class"]), textOf(random));
  } else if (node instanceof Y.XmlText) {
    editAnyText(random, node);
  } else if (node !== null && random.happens(0.3)) {
    xml.delete(at, 1);
  } else {
    xml.insert(at, [random.happens(0.5) ? new Y.XmlElement("p") : new Y.XmlText(textOf(random))]);
  }
}

function check(reference, writer, offers) {
  const document = new Y.Doc();
  if (writer !== undefined) {
    Y.applyUpdate(document, Y.encodeStateAsUpdate(writer));
  }
  offers.forEach((offer) => Y.applyUpdate(document, offer));
  const pending = document.store.pendingStructs !== null || document.store.pendingDs !== null;
  if (pending) {
    return "different: something waits for what is missing";
  }
  const [found, expected] = [contentOf(document), contentOf(reference)];
  if (!isDeepStrictEqual(found, expected)) {
    return `different: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`.replaceAll("\n", " ");
  }
  const vectors = [document, reference].map((each) => Buffer.from(Y.encodeStateVector(each)).toString("hex"));
  return vectors[0] === vectors[1] ? "same" : `different: expected the vector ${vectors[1]}, found ${vectors[0]}`;
}

function contentOf(document) {
  return {
    text: plain(document.getText("text").toDelta()),
    array: plain(document.getArray("array").toArray()),
    map: plain(Object.fromEntries(document.getMap("map").entries())),
    xml: document.getXmlFragment("xml").toString(),
  };
}

function plain(value) {
  if (value instanceof Y.Text) {
    return { text: plain(value.toDelta()) };
  }
  if (value instanceof Y.Array) {
    return plain(value.toArray());
  }
  if (value instanceof Y.Map) {
    return { map: plain(Object.fromEntries(value.entries())) };
  }
  if (value instanceof Y.Doc) {
    return { document: value.guid, meta: value.meta };
  }
  if (typeof value === "bigint") {
    return { integer: value.toString() };
  }
  if (value instanceof Uint8Array) {
    return { bytes: [...value] };
  }
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.keys(value).sort().map((key) => [key, plain(value[key])]));
  }
  return value;
}

/** The version as the original writes it: the state vector, and FNV-1a of 128 bits over the snapshot. */
function versionOf(document) {
  const vector = Buffer.from(Y.encodeStateVector(document)).toString("base64");
  let hash = 0x6c62272e07bb014262b821756295c58dn;
  for (const byte of Y.encodeSnapshot(Y.snapshot(document))) {
    hash = ((hash ^ BigInt(byte)) * 0x0000000001000000000000000000013bn) & ((1n << 128n) - 1n);
  }
  return `${vector}.${hash.toString(16).padStart(32, "0")}`;
}
