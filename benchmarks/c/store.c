#include "store.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "crc32c.h"
#include "database.h"
#include "failure.h"

#define META_JSON                                                                                                  \
    "{\"replicaType\":[\"yjs\",1,0],\"syncProtocol\":{\"writerModel\":\"concurrent\","                                 \
    "\"delivery\":\"delta-capable\",\"durability\":\"persistent\"},\"schemaHash\":\"01abc\"}"

Text doc_id_of(long index)
{
    Text id;
    id.length = snprintf(id.text, sizeof id.text, "doc-%06ld", index);
    return id;
}

static _Noreturn void fail_without_meta(const Text *doc_id)
{
    fail("document %s: expected metadata, found none", doc_id->text);
}

void read_meta(Store *store, const Text *doc_id)
{
    static volatile unsigned char touched;
    bind_text(store, SELECT_META, 1, doc_id->text, doc_id->length);
    if (!step(store, SELECT_META)) {
        fail_without_meta(doc_id);
    }
    const unsigned char *data = sqlite3_column_text(store->statements[SELECT_META], 0);
    touched = data[sqlite3_column_bytes(store->statements[SELECT_META], 0) - 1];
    (void)touched;
    sqlite3_reset(store->statements[SELECT_META]);
}

/* A document without metadata is an error, as an entry may not come first. */
static int64_t next_seq(Store *store, const Text *doc_id)
{
    bind_text(store, SELECT_LAST_SEQ, 1, doc_id->text, doc_id->length);
    if (!step(store, SELECT_LAST_SEQ)) {
        fail_without_meta(doc_id);
    }
    int64_t seq = sqlite3_column_int64(store->statements[SELECT_LAST_SEQ], 0) + 1;
    sqlite3_reset(store->statements[SELECT_LAST_SEQ]);
    return seq;
}

static uint32_t crc_of_record(const Text *doc_id, int64_t seq, const char *kind, int kind_length, const char *payload,
                              int payload_length, const void *blob, int64_t blob_length)
{
    uint32_t crc = crc_field(~0u, doc_id->text, doc_id->length);
    crc = crc_number(crc, seq);
    crc = crc_field(crc, kind, kind_length);
    crc = crc_field(crc, payload, payload_length);
    return ~crc_field(crc, blob, blob_length);
}

static void insert_record(Store *store, const Text *doc_id, int64_t seq, const char *kind, const char *payload,
                          int payload_length, Payload blob)
{
    int kind_length = (int)strlen(kind);
    uint32_t crc = crc_of_record(doc_id, seq, kind, kind_length, payload, payload_length, blob.bytes, blob.length);
    bind_text(store, INSERT_RECORD, 1, doc_id->text, doc_id->length);
    bind_number(store, INSERT_RECORD, 2, seq);
    bind_text(store, INSERT_RECORD, 3, kind, kind_length);
    bind_text(store, INSERT_RECORD, 4, payload, payload_length);
    check(store, sqlite3_bind_blob64(store->statements[INSERT_RECORD], 5, blob.bytes, (sqlite3_uint64)blob.length,
                                     SQLITE_STATIC));
    bind_number(store, INSERT_RECORD, 6, crc);
    run(store, INSERT_RECORD);
}

static void insert_meta(Store *store, const Text *doc_id, int64_t seq)
{
    insert_record(store, doc_id, seq, "meta", META_JSON, (int)strlen(META_JSON), (Payload){NULL, 0});
}

static void insert_entry(Store *store, const Text *doc_id, int64_t seq, long version, Payload data)
{
    Text payload;
    payload.length = snprintf(payload.text, sizeof payload.text,
                              "{\"kind\":\"since\",\"encoding\":\"binary\",\"version\":\"%ld\"}", version);
    insert_record(store, doc_id, seq, "entry", payload.text, payload.length, data);
}

static void upsert_meta(Store *store, const Text *doc_id)
{
    int length = (int)strlen(META_JSON);
    uint32_t crc = ~crc_field(crc_field(~0u, doc_id->text, doc_id->length), META_JSON, length);
    bind_text(store, UPSERT_META, 1, doc_id->text, doc_id->length);
    bind_text(store, UPSERT_META, 2, META_JSON, length);
    bind_number(store, UPSERT_META, 3, crc);
    run(store, UPSERT_META);
}

void append(Store *store, const Text *doc_id, long version, Payload data)
{
    run(store, BEGIN);
    insert_entry(store, doc_id, next_seq(store, doc_id), version, data);
    run(store, COMMIT);
}

void replace(Store *store, const Text *doc_id, long entries, const Payloads *payloads)
{
    run(store, BEGIN);
    bind_text(store, SELECT_META, 1, doc_id->text, doc_id->length);
    run(store, SELECT_META);
    bind_text(store, DELETE_RECORDS, 1, doc_id->text, doc_id->length);
    run(store, DELETE_RECORDS);
    insert_meta(store, doc_id, 0);
    for (long n = 0; n < entries; n++) {
        insert_entry(store, doc_id, n + 1, n, payload_at(payloads, n));
    }
    upsert_meta(store, doc_id);
    run(store, COMMIT);
}

/* Checks the row that the statement stands at, which touches every byte, and returns its payload's length. */
static long check_record(Store *store, const Text *doc_id)
{
    sqlite3_stmt *row = store->statements[SELECT_RECORDS];
    int64_t seq = sqlite3_column_int64(row, 0);
    const char *kind = (const char *)sqlite3_column_text(row, 1);
    int kind_length = sqlite3_column_bytes(row, 1);
    const char *payload = (const char *)sqlite3_column_text(row, 2);
    int payload_length = sqlite3_column_bytes(row, 2);
    const void *blob = sqlite3_column_blob(row, 3);
    int blob_length = sqlite3_column_bytes(row, 3);
    if (blob == NULL && sqlite3_column_type(row, 3) == SQLITE_BLOB) {
        blob = "";
    }
    uint32_t crc = crc_of_record(doc_id, seq, kind, kind_length, payload, payload_length, blob, blob_length);
    if (sqlite3_column_int64(row, 4) != crc) {
        fail("document %s, seq %lld: the checksum does not match", doc_id->text, (long long)seq);
    }
    return blob_length;
}

long load(Store *store, const Text *doc_id, long *bytes)
{
    long records = 0;
    bind_text(store, SELECT_RECORDS, 1, doc_id->text, doc_id->length);
    while (step(store, SELECT_RECORDS)) {
        *bytes += check_record(store, doc_id);
        records++;
    }
    sqlite3_reset(store->statements[SELECT_RECORDS]);
    return records;
}

/* The first id after all that begin with the prefix: no byte of UTF-8 is 0xff, so the last one can be counted up. */
long list_ids(Store *store, const char *prefix)
{
    long ids = 0;
    int length = (int)strlen(prefix);
    enum Statement which = length == 0 ? LIST_ALL : LIST_RANGE;
    char end[256];
    if (length >= (int)sizeof end) {
        fail("command: expected a prefix of less than %zu bytes", sizeof end);
    }
    memcpy(end, prefix, (size_t)length);
    if (length > 0) {
        end[length - 1]++;
        bind_text(store, LIST_RANGE, 1, prefix, length);
        bind_text(store, LIST_RANGE, 2, end, length);
    }
    while (step(store, which)) {
        sqlite3_column_text(store->statements[which], 0);
        sqlite3_column_bytes(store->statements[which], 0);
        ids++;
    }
    sqlite3_reset(store->statements[which]);
    return ids;
}
