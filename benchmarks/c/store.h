/* The record store's statements on format 1 tables, executed one by one through SQLite's C API. */
#ifndef KYNETA_BENCH_STORE_H
#define KYNETA_BENCH_STORE_H

#include <stdbool.h>

#include "payloads.h"

typedef struct Store Store;

/* A text and its length, for a document's id or a row's payload. */
typedef struct {
    char text[96];
    int length;
} Text;

Text doc_id_of(long index);

/* Opens the one store that is open at a time. */
Store *open_store(const char *file, const char *sync, bool create);

/* Closes the store if there is one, and undoes what a failed command left open. */
void close_store(void);

void remove_database(const char *file);

/* Touches the document's metadata. */
void read_meta(Store *store, const Text *doc_id);

void append(Store *store, const Text *doc_id, long version, Payload data);

/* A stream of a meta record and that many entries. */
void replace(Store *store, const Text *doc_id, long entries, const Payloads *payloads);

/* Checks all records, which touches every byte; returns their number and adds their payloads' lengths. */
long load(Store *store, const Text *doc_id, long *bytes);

/* Returns how many ids begin with a prefix. */
long list_ids(Store *store, const char *prefix);

#endif
