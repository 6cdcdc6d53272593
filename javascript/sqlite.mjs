// The JavaScript store over an SQLite file, as `@kyneta/sqlite-store` gives it.

import { createSqliteStore, fromBetterSqlite3 } from "@kyneta/sqlite-store";
import Database from "better-sqlite3";

/** Opens the store that is there; `fileMustExist` lets it create none. */
export function openSqlite(file, { tables, sync = "normal", fileMustExist = false } = {}) {
  const database = new Database(file, { fileMustExist });
  try {
    database.pragma("journal_mode = WAL");
    database.pragma(`synchronous = ${sync}`);
    const sqlite = database.prepare("SELECT sqlite_version()").pluck().get();
    const store = createSqliteStore(fromBetterSqlite3(database), { tables });
    return { engine: { sqlite }, store, close: () => database.close() };
  } catch (error) {
    database.close();
    throw error;
  }
}
