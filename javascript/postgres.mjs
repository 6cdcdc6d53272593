// The JavaScript store over PostgreSQL, as `@kyneta/postgres-store` gives it, with the tables of its own `schema.sql`.

import { readFileSync } from "node:fs";
import { createPostgresStore, fromPool } from "@kyneta/postgres-store";
import pg from "pg";

const SCHEMA = new URL(import.meta.resolve("@kyneta/postgres-store/schema.sql"));
const NAMES = { docMeta: "kyneta_doc_meta", records: "kyneta_records", storeMeta: "kyneta_store_meta" };
const SYNCHRONOUS_COMMIT = { full: "on", normal: "off", off: "off" };

/** Whether a place is a database of PostgreSQL, such as "postgres://user@127.0.0.1:5432/name", and not a file. */
export function isPostgres(place) {
  return place.startsWith("postgres://") || place.startsWith("postgresql://");
}

/**
 * Opens the store that is there, having created its tables where there are none. `fresh` drops them before; `sync`
 * other than "full" lets a commit return before it is on the disk; `connections` is the size of the pool.
 */
export async function openPostgres(address, { tables = {}, sync = "full", connections = 10, fresh = false } = {}) {
  const options = `-c synchronous_commit=${SYNCHRONOUS_COMMIT[sync]} -c client_min_messages=warning`;
  const pool = new pg.Pool({ connectionString: address, max: connections, options });
  // What happens to a connection that waits in the pool; the next one to use the pool gets a new one.
  pool.on("error", () => {});
  try {
    const names = { ...NAMES, ...tables };
    if (fresh) {
      await pool.query(`DROP TABLE IF EXISTS ${Object.values(names).join(", ")}`);
    }
    await pool.query(schemaWith(names));
    const { rows } = await pool.query("SHOW server_version");
    const store = await createPostgresStore(fromPool(pool), { tables });
    return { engine: { postgres: rows[0].server_version }, store, close: () => pool.end() };
  } catch (error) {
    await pool.end();
    throw error;
  }
}

function schemaWith(names) {
  const pattern = new RegExp(Object.values(NAMES).join("|"), "g");
  const newNames = new Map(Object.entries(NAMES).map(([role, name]) => [name, names[role]]));
  return readFileSync(SCHEMA, "utf8").replace(pattern, (name) => newNames.get(name));
}
