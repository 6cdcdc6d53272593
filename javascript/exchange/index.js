// Stand-in for `@kyneta/exchange`: the functions that the SQL stores import from it, written from the record store's
// contract. Stores decide here whether a record may follow what a document already has, which number it gets, and
// whether a database's format is one that they understand.

/** The key under which a store keeps the version of its format. */
export const STORE_META_FORMAT_KEY = "format";

const SYNC_MODE_AXES = ["writerModel", "delivery", "durability"];

/**
 * Checks that `record` may be appended to a document whose current metadata is `existingMeta` (or null).
 * Returns the metadata that the index takes, or null when the record leaves it alone.
 */
export function validateAppend(docId, record, existingMeta) {
  const place = `document ${JSON.stringify(docId)}`;
  if (record.kind === "meta") {
    requireCompatible(place, existingMeta, record.meta);
    return record.meta;
  }
  if (existingMeta === null) {
    throw new Error(`${place}: the first record must be a meta record, found an entry`);
  }
  return null;
}

/** Checks every meta record of a batch against the one before it, and returns the last. */
export function resolveMetaFromBatch(records, existingMeta) {
  let current = existingMeta;
  let found = false;
  for (const record of records) {
    if (record.kind === "meta") {
      requireCompatible("replacing batch", current, record.meta);
      current = record.meta;
      found = true;
    }
  }
  if (!found) {
    throw new Error("replacing batch: expected at least one meta record, found none");
  }
  return current;
}

function requireCompatible(place, existing, incoming) {
  if (existing === null) {
    return;
  }
  requireSame(place, "replicaType", existing.replicaType, incoming.replicaType, sameReplicaType);
  requireSame(place, "syncMode", existing.syncMode, incoming.syncMode, sameSyncMode);
}

function requireSame(place, field, existing, incoming, same) {
  if (!same(existing, incoming)) {
    throw new Error(
      `${place}: ${field} cannot change: expected ${JSON.stringify(existing)}, found ${JSON.stringify(incoming)}`,
    );
  }
}

function sameReplicaType([name, major], [otherName, otherMajor]) {
  return name === otherName && major === otherMajor;
}

function sameSyncMode(mode, other) {
  return SYNC_MODE_AXES.every((axis) => mode[axis] === other[axis]);
}

/** The number that each document's next record gets: read from the store once, then counted here. */
export class SeqNoTracker {
  #last = new Map();

  /** A number that is handed out is spent, whatever becomes of the record. */
  async next(docId, loadLast) {
    if (!this.#last.has(docId)) {
      const stored = await loadLast();
      // Another call may have counted on while this one was loading.
      if (!this.#last.has(docId)) {
        this.#last.set(docId, stored ?? -1);
      }
    }
    const seq = this.#last.get(docId) + 1;
    this.#last.set(docId, seq);
    return seq;
  }

  reset(docId, lastSeq) {
    this.#last.set(docId, lastSeq);
  }

  remove(docId) {
    this.#last.delete(docId);
  }
}

/** A database whose format this code must not touch. `reason` says why. */
export class StoreFormatVersionError extends Error {
  constructor({ reason, backend, stored, current }) {
    super(`${backend} store: ${reason}: expected format ${describe(current)}, found ${describe(stored)}`);
    this.name = "StoreFormatVersionError";
    this.reason = reason;
    this.backend = backend;
    this.stored = stored;
    this.current = current;
  }
}

function describe(version) {
  return version === null ? "no readable version" : `${version.major}.${version.minor}`;
}

/** Reads a format marker, JSON text or the value that it stands for: `{major, minor}`, or "malformed". */
export function parseStoreFormat(marker) {
  const value = typeof marker === "string" ? parseOrUndefined(marker) : marker;
  if (isVersionNumber(value?.major) && isVersionNumber(value?.minor)) {
    return { major: value.major, minor: value.minor };
  }
  return "malformed";
}

function parseOrUndefined(json) {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function isVersionNumber(value) {
  return Number.isSafeInteger(value) && value >= 0;
}

/** What to do with a database: stamp it with our format, accept it, or refuse it and say why. */
export function decideStoreFormat({ current, stored, storeHasData }) {
  if (stored === null) {
    return storeHasData
      ? { action: "refuse", reason: "unversioned-existing-data" }
      : { action: "stamp", value: current };
  }
  return stored.major === current.major
    ? { action: "accept" }
    : { action: "refuse", reason: "incompatible-major" };
}
