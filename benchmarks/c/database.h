/* The database's connection and statements. */
#ifndef KYNETA_BENCH_DATABASE_H
#define KYNETA_BENCH_DATABASE_H

#include <stdbool.h>
#include <stdint.h>

#include "failure.h"
#include "sqlite3.h"
#include "store.h"

enum Statement {
    BEGIN,
    COMMIT,
    SELECT_META,
    SELECT_LAST_SEQ,
    INSERT_RECORD,
    UPSERT_META,
    DELETE_RECORDS,
    SELECT_RECORDS,
    LIST_ALL,
    LIST_RANGE,
    STATEMENTS
};

struct Store {
    sqlite3 *database;
    sqlite3_stmt *statements[STATEMENTS];
};

static inline void check(Store *store, int code)
{
    if (code != SQLITE_OK) {
        fail("%s", store->database == NULL ? sqlite3_errstr(code) : sqlite3_errmsg(store->database));
    }
}

static inline bool step(Store *store, enum Statement which)
{
    int code = sqlite3_step(store->statements[which]);
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        check(store, code);
    }
    return code == SQLITE_ROW;
}

static inline void run(Store *store, enum Statement which)
{
    step(store, which);
    sqlite3_reset(store->statements[which]);
}

static inline void bind_text(Store *store, enum Statement which, int position, const char *text, int length)
{
    check(store, sqlite3_bind_text(store->statements[which], position, text, length, SQLITE_STATIC));
}

static inline void bind_number(Store *store, enum Statement which, int position, int64_t number)
{
    check(store, sqlite3_bind_int64(store->statements[which], position, number));
}

#endif
