// A random history of a Loro document.

import { isDeepStrictEqual } from "node:util";
import { LoroCounter, LoroDoc, LoroList, LoroMap, LoroText, UndoManager } from "loro-crdt";
import { boundary, randomOf, textOf, valueOf } from "./random.mjs";

export function loroHistory(seed) {
  const random = randomOf(seed);
  const updates = [];
  const snapshots = [];
  const writers = Array.from({ length: 3 + random.below(3) }, (_, index) => writerOf(random, index));
  const steps = 8 + random.below(18);
  for (let step = 0; step < steps; step++) {
    const writer = random.oneOf(writers);
    write(random, writer, updates);
    if (random.happens(0.25)) {
      exchange(random, writer.document, random.oneOf(writers).document, updates);
    }
    if (random.happens(0.03)) {
      const { document } = random.oneOf(writers);
      snapshots.push({ version: versionOf(document), bytes: document.export({ mode: "snapshot" }) });
    }
  }
  const reference = documentOf();
  writers.forEach(({ document }) => reference.import(document.export({ mode: "update" })));
  return {
    version: versionOf(reference),
    writers: writers.map(({ document }) => versionOf(document)),
    updates,
    snapshots,
    check: (writer, offers) => check(reference, writers[writer]?.document, offers),
  };
}

function documentOf() {
  const document = new LoroDoc();
  document.configTextStyle({ bold: { expand: "after" }, color: { expand: "none" } });
  return document;
}

function writerOf(random, index) {
  const document = documentOf();
  // Ids of every length, in an order of their own.
  document.setPeerId(random.oneOf([1n, 200n, 2n ** 40n, 2n ** 63n, 2n ** 64n - 20n]) + BigInt(index));
  return { document, undo: new UndoManager(document, {}) };
}

/** Lets a writer get what another one has, perhaps by way of an update that anybody may see. */
function exchange(random, to, from, updates) {
  const update = from.export({ mode: "update", from: to.version() });
  to.import(update);
  if (random.happens(0.5)) {
    updates.push(update);
  }
}

function write(random, { document, undo }, updates) {
  const before = document.version();
  if (random.happens(0.1)) {
    random.happens(0.7) ? undo.undo() : undo.redo();
  } else {
    do {
      random.oneOf([editText, editText, editList, editMovable, editMap, editTree, editCounter])(random, document);
    } while (random.happens(0.3));
  }
  document.commit();
  updates.push(document.export({ mode: "update", from: before }));
}

function editText(random, document) {
  editAnyText(random, document.getText("text"));
}

function editAnyText(random, text) {
  const at = boundary(text.toString(), random.below(text.length + 1));
  const end = boundary(text.toString(), Math.min(text.length, at + 1 + random.below(6)));
  if (end > at && random.happens(0.35)) {
    text.delete(at, end - at);
  } else if (end > at && random.happens(0.2)) {
    const range = { start: at, end };
    random.happens(0.7) ? text.mark(range, "bold", true) : text.unmark(range, random.oneOf(["bold", "color"]));
  } else {
    text.insert(random.happens(0.5) ? text.length : at, textOf(random));
  }
}

function editList(random, document) {
  editAnyList(random, document.getList("list"), 0);
}

function editAnyList(random, list, depth) {
  const at = random.below(list.length + 1);
  const inner = at < list.length ? list.get(at) : null;
  if (isContainer(inner) && random.happens(0.6)) {
    editNested(random, inner, depth + 1);
  } else if (at < list.length && random.happens(0.35)) {
    list.delete(at, Math.min(list.length - at, 1 + random.below(3)));
  } else if (depth < 3 && random.happens(0.3)) {
    list.insertContainer(at, containerOf(random));
  } else {
    list.insert(at, valueOf(random));
  }
}

function editMovable(random, document) {
  const list = document.getMovableList("movable");
  const at = random.below(list.length + 1);
  if (at < list.length && random.happens(0.3)) {
    list.move(at, random.below(list.length));
  } else if (at < list.length && random.happens(0.3)) {
    list.set(at, valueOf(random));
  } else if (at < list.length && random.happens(0.3)) {
    list.delete(at, 1);
  } else {
    list.insert(at, valueOf(random));
  }
}

function editMap(random, document) {
  editAnyMap(random, document.getMap("map"), 0);
}

function editAnyMap(random, map, depth) {
  const key = random.oneOf(["a", "b", "ключ"]);
  const inner = map.get(key);
  if (isContainer(inner) && random.happens(0.6)) {
    editNested(random, inner, depth + 1);
  } else if (random.happens(0.25)) {
    map.delete(key);
  } else if (depth < 3 && random.happens(0.3)) {
    map.setContainer(key, containerOf(random));
  } else {
    map.set(key, random.happens(0.1) ? new Uint8Array([1, 2, 255]) : valueOf(random));
  }
}

function isContainer(value) {
  return value !== null && typeof value === "object" && typeof value.kind === "function";
}

function containerOf(random) {
  return random.oneOf([() => new LoroText(), () => new LoroList(), () => new LoroMap(), () => new LoroCounter()])();
}

function editNested(random, container, depth) {
  switch (container.kind()) {
    case "Text":
      return editAnyText(random, container);
    case "List":
      return editAnyList(random, container, depth);
    case "Map":
      return editAnyMap(random, container, depth);
    case "Counter":
      return container.increment(random.below(9) - 4);
  }
}

function editTree(random, document) {
  const tree = document.getTree("tree");
  const nodes = tree.getNodes().filter((node) => !node.isDeleted());
  const node = nodes.length === 0 ? null : random.oneOf(nodes);
  if (node !== null && random.happens(0.25)) {
    tree.delete(node.id);
  } else if (node !== null && random.happens(0.3)) {
    node.data.set("name", textOf(random));
  } else if (node !== null && random.happens(0.3)) {
    const parent = random.oneOf(nodes);
    if (!isWithin(parent, node)) {
      tree.move(node.id, parent.id);
    }
  } else {
    tree.createNode(random.happens(0.5) ? node?.id : undefined);
  }
}

function isWithin(node, ancestor) {
  for (let at = node; at !== undefined; at = at.parent()) {
    if (at.id === ancestor.id) {
      return true;
    }
  }
  return false;
}

function editCounter(random, document) {
  document.getCounter("counter").increment(random.below(20) - 10);
}

function check(reference, writer, offers) {
  const document = documentOf();
  if (writer !== undefined) {
    document.import(writer.export({ mode: "update" }));
  }
  for (const offer of offers) {
    document.import(offer);
  }
  const [found, expected] = [contentOf(document), contentOf(reference)];
  const [delta, expectedDelta] = [document, reference].map((each) => each.getText("text").toDelta());
  if (!isDeepStrictEqual(found, expected) || !isDeepStrictEqual(delta, expectedDelta)) {
    return `different: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`.replaceAll("\n", " ");
  }
  const same = document.version().compare(reference.version()) === 0;
  return same ? "same" : "different: expected another version vector";
}

/** The content, with everything in it that a document might have: what was never asked for is left out otherwise. */
function contentOf(document) {
  document.getText("text");
  document.getList("list");
  document.getMovableList("movable");
  document.getMap("map");
  document.getTree("tree");
  document.getCounter("counter");
  return document.toJSON();
}

function versionOf(document) {
  return Buffer.from(document.version().encode()).toString("base64");
}
