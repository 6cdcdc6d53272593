#include "database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUSY_TIMEOUT_MILLISECONDS 5000
/* What better-sqlite3 is built with, so that peers have the same page cache. */
#define CACHE_PRAGMA "PRAGMA cache_size = -16000"
/* The store's own. */
#define CHECKPOINT_PRAGMA "PRAGMA wal_autocheckpoint = 4000"

static const char *const STATEMENT_SQL[STATEMENTS] = {
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [SELECT_META] = "SELECT data FROM kyneta_meta WHERE doc_id=?",
    [SELECT_LAST_SEQ] = "SELECT ifnull((SELECT max(seq) FROM kyneta_records WHERE doc_id=?1), -1)"
                        " FROM kyneta_meta WHERE doc_id=?1",
    [INSERT_RECORD] = "INSERT INTO kyneta_records(doc_id,seq,kind,payload,blob,crc32c) VALUES(?,?,?,?,?,?)",
    [UPSERT_META] = "INSERT OR REPLACE INTO kyneta_meta(doc_id,data,crc32c) VALUES(?,?,?)",
    [DELETE_RECORDS] = "DELETE FROM kyneta_records WHERE doc_id=?",
    [SELECT_RECORDS] = "SELECT seq,kind,payload,blob,crc32c FROM kyneta_records WHERE doc_id=? ORDER BY seq",
    [LIST_ALL] = "SELECT doc_id FROM kyneta_meta ORDER BY doc_id",
    [LIST_RANGE] = "SELECT doc_id FROM kyneta_meta WHERE doc_id>=? AND doc_id<? ORDER BY doc_id",
};

static const char SCHEMA[] =
    "CREATE TABLE IF NOT EXISTS kyneta_meta (doc_id TEXT PRIMARY KEY, data TEXT NOT NULL, crc32c INTEGER)"
    " WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS kyneta_records (doc_id TEXT NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL,"
    " payload TEXT, blob BLOB, crc32c INTEGER, PRIMARY KEY (doc_id, seq)) WITHOUT ROWID;";

/* The one that is open, known after a failure too. */
static Store *opened;

static void execute(Store *store, const char *sql)
{
    check(store, sqlite3_exec(store->database, sql, NULL, NULL, NULL));
}

static void set_synchronous(Store *store, const char *sync)
{
    static const char *const modes[] = {"full", "normal", "off"};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        if (strcmp(sync, modes[i]) == 0) {
            char pragma[40];
            snprintf(pragma, sizeof pragma, "PRAGMA synchronous = %s", sync);
            execute(store, pragma);
            return;
        }
    }
    fail("command: expected sync full, normal or off, found \"%s\"", sync);
}

Store *open_store(const char *file, const char *sync, bool create)
{
    Store *store = allocate(sizeof *store);
    *store = (Store){0};
    opened = store;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0);
    check(store, sqlite3_open_v2(file, &store->database, flags, NULL));
    sqlite3_busy_timeout(store->database, BUSY_TIMEOUT_MILLISECONDS);
    execute(store, "PRAGMA journal_mode = WAL");
    set_synchronous(store, sync);
    execute(store, CACHE_PRAGMA);
    execute(store, CHECKPOINT_PRAGMA);
    execute(store, SCHEMA);
    for (int i = 0; i < STATEMENTS; i++) {
        check(store, sqlite3_prepare_v3(store->database, STATEMENT_SQL[i], -1, SQLITE_PREPARE_PERSISTENT,
                                        &store->statements[i], NULL));
    }
    return store;
}

void close_store(void)
{
    if (opened == NULL) {
        return;
    }
    for (int i = 0; i < STATEMENTS; i++) {
        sqlite3_finalize(opened->statements[i]);
    }
    sqlite3_close(opened->database);
    free(opened);
    opened = NULL;
}

void remove_database(const char *file)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
    char name[4096];
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        snprintf(name, sizeof name, "%s%s", file, suffixes[i]);
        remove(name);
    }
}
