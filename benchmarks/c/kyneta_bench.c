/*
 * The yardstick: the record store's own statements on format 1 tables, executed one by one through SQLite's C API,
 * with nothing around them. What a store in any language takes longer than this is its own doing.
 *
 * It serves one round a line, as javascript/bench.mjs does, whose comment describes the commands and answers.
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sqlite3.h"

#if defined(__x86_64__)
#include <nmmintrin.h>
#elif defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>
#endif

#define WARM_UP_SECONDS 0.25
#define BUSY_TIMEOUT_MILLISECONDS 5000
/* What better-sqlite3 is built with, so that peers have the same page cache. */
#define CACHE_PRAGMA "PRAGMA cache_size = -16000"

#define META_JSON                                                                                                  \
    "{\"replicaType\":[\"yjs\",1,0],\"syncProtocol\":{\"writerModel\":\"concurrent\","                                 \
    "\"delivery\":\"delta-capable\",\"durability\":\"persistent\"},\"schemaHash\":\"01abc\"}"

/* ------------------------------------------------------------------------------------------------------ failures -- */

static jmp_buf next_command;
static char failure[1024];

/* Gives the command up: the loop in main answers with the message. */
static _Noreturn void fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(failure, sizeof failure, format, arguments);
    va_end(arguments);
    longjmp(next_command, 1);
}

static void *allocate(size_t size)
{
    void *memory = malloc(size > 0 ? size : 1);
    if (memory == NULL) {
        fail("out of memory");
    }
    return memory;
}

/* ------------------------------------------------------------------------------------------------------- CRC-32C -- */

static uint32_t crc_table[8][256];

static void prepare_crc_tables(void)
{
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t crc = byte;
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82f63b78u : 0);
        }
        crc_table[0][byte] = crc;
    }
    for (int slice = 1; slice < 8; slice++) {
        for (int byte = 0; byte < 256; byte++) {
            uint32_t crc = crc_table[slice - 1][byte];
            crc_table[slice][byte] = (crc >> 8) ^ crc_table[0][crc & 255];
        }
    }
}

/* Eight bytes a step, each through the table of its distance from the end. */
static uint32_t crc_by_table(uint32_t crc, const unsigned char *bytes, size_t length)
{
    for (; length >= 8; length -= 8, bytes += 8) {
        crc ^= (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
        crc = crc_table[7][crc & 255] ^ crc_table[6][crc >> 8 & 255] ^ crc_table[5][crc >> 16 & 255]
              ^ crc_table[4][crc >> 24] ^ crc_table[3][bytes[4]] ^ crc_table[2][bytes[5]] ^ crc_table[1][bytes[6]]
              ^ crc_table[0][bytes[7]];
    }
    for (; length > 0; length--, bytes++) {
        crc = (crc >> 8) ^ crc_table[0][(crc ^ *bytes) & 255];
    }
    return crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) static uint32_t crc_by_instruction(
    uint32_t crc, const unsigned char *bytes, size_t length)
{
    uint64_t wide = crc;
    for (; length >= 8; length -= 8, bytes += 8) {
        uint64_t word;
        memcpy(&word, bytes, sizeof word);
        wide = _mm_crc32_u64(wide, word);
    }
    crc = (uint32_t)wide;
    for (; length > 0; length--, bytes++) {
        crc = _mm_crc32_u8(crc, *bytes);
    }
    return crc;
}

static bool has_crc_instruction(void)
{
    return __builtin_cpu_supports("sse4.2");
}
#elif defined(__ARM_FEATURE_CRC32)
static uint32_t crc_by_instruction(uint32_t crc, const unsigned char *bytes, size_t length)
{
    for (; length >= 8; length -= 8, bytes += 8) {
        uint64_t word;
        memcpy(&word, bytes, sizeof word);
        crc = __crc32cd(crc, word);
    }
    for (; length > 0; length--, bytes++) {
        crc = __crc32cb(crc, *bytes);
    }
    return crc;
}

static bool has_crc_instruction(void)
{
    return true;
}
#else
#define crc_by_instruction crc_by_table

static bool has_crc_instruction(void)
{
    return false;
}
#endif

static uint32_t (*crc_update)(uint32_t, const unsigned char *, size_t) = crc_by_table;

/* Chooses the fastest way that gives CRC-32C's published check value. */
static bool prepare_crc(void)
{
    const unsigned char *digits = (const unsigned char *)"123456789";
    prepare_crc_tables();
    if (has_crc_instruction()) {
        crc_update = crc_by_instruction;
    }
    return ~crc_by_table(~0u, digits, 9) == 0xe3069283u && ~crc_update(~0u, digits, 9) == 0xe3069283u;
}

static uint32_t crc_number(uint32_t crc, int64_t number)
{
    unsigned char bytes[8];
    for (int i = 0; i < 8; i++) {
        bytes[i] = (unsigned char)((uint64_t)number >> (56 - 8 * i));
    }
    return crc_update(crc, bytes, sizeof bytes);
}

/* A text or a blob: its length, then its bytes; NULL as length -1. */
static uint32_t crc_field(uint32_t crc, const void *bytes, int64_t length)
{
    crc = crc_number(crc, bytes == NULL ? -1 : length);
    return bytes == NULL ? crc : crc_update(crc, bytes, (size_t)length);
}

/* ----------------------------------------------------------------------------------------------------- a command -- */

typedef struct {
    const char *workload;
    const char *file;
    const char *sync;
    const char *prefix;
    const char *trace;
    long docs;
    long records;
    long bytes;
    long times;
} Command;

typedef struct {
    char *at;
} Scanner;

static void skip_spaces(Scanner *scanner)
{
    scanner->at += strspn(scanner->at, " \t\r\n");
}

static bool accept(Scanner *scanner, char expected)
{
    skip_spaces(scanner);
    if (*scanner->at != expected) {
        return false;
    }
    scanner->at++;
    return true;
}

static void expect(Scanner *scanner, char expected)
{
    if (!accept(scanner, expected)) {
        fail("command: expected '%c', found \"%.20s\"", expected, scanner->at);
    }
}

static uint32_t scan_hexadecimal(Scanner *scanner)
{
    char digits[5] = {0};
    strncpy(digits, scanner->at, 4);
    if (strspn(digits, "0123456789abcdefABCDEF") != 4) {
        fail("command: expected four hexadecimal digits, found \"%s\"", digits);
    }
    scanner->at += 4;
    return (uint32_t)strtoul(digits, NULL, 16);
}

static uint32_t scan_code_point(Scanner *scanner)
{
    uint32_t unit = scan_hexadecimal(scanner);
    if (unit < 0xd800 || unit > 0xdbff || strncmp(scanner->at, "\\u", 2) != 0) {
        return unit;
    }
    scanner->at += 2;
    return 0x10000 + ((unit - 0xd800) << 10) + (scan_hexadecimal(scanner) - 0xdc00);
}

static char *put_utf8(char *out, uint32_t c)
{
    if (c < 0x80) {
        *out++ = (char)c;
    } else if (c < 0x800) {
        *out++ = (char)(0xc0 | c >> 6);
        *out++ = (char)(0x80 | (c & 63));
    } else if (c < 0x10000) {
        *out++ = (char)(0xe0 | c >> 12);
        *out++ = (char)(0x80 | (c >> 6 & 63));
        *out++ = (char)(0x80 | (c & 63));
    } else {
        *out++ = (char)(0xf0 | (c >> 18 & 7));
        *out++ = (char)(0x80 | (c >> 12 & 63));
        *out++ = (char)(0x80 | (c >> 6 & 63));
        *out++ = (char)(0x80 | (c & 63));
    }
    return out;
}

static char *put_escaped(Scanner *scanner, char *out)
{
    static const char letters[] = "\"\\/bfnrt";
    static const char meanings[] = "\"\\/\b\f\n\r\t";
    char letter = *scanner->at++;
    if (letter == 'u') {
        return put_utf8(out, scan_code_point(scanner));
    }
    const char *found = letter == '\0' ? NULL : strchr(letters, letter);
    if (found == NULL) {
        fail("command: expected an escape, found '\\%c'", letter);
    }
    *out++ = meanings[found - letters];
    return out;
}

/* Decodes a string where it stands: no escape is shorter than what it means. */
static char *scan_string(Scanner *scanner)
{
    expect(scanner, '"');
    char *start = scanner->at;
    char *out = start;
    while (*scanner->at != '"') {
        if (*scanner->at == '\0') {
            fail("command: expected the end of a string, found the end of the line");
        }
        if (*scanner->at == '\\') {
            scanner->at++;
            out = put_escaped(scanner, out);
        } else {
            *out++ = *scanner->at++;
        }
    }
    scanner->at++;
    *out = '\0';
    return start;
}

static long scan_number(Scanner *scanner)
{
    char *end;
    skip_spaces(scanner);
    errno = 0;
    long number = strtol(scanner->at, &end, 10);
    bool whole = *end == '\0' || strchr(".eE", *end) == NULL;
    if (end == scanner->at || errno != 0 || number < 0 || number > INT_MAX || !whole) {
        fail("command: expected a whole number, found \"%.20s\"", scanner->at);
    }
    scanner->at = end;
    return number;
}

static void scan_member(Scanner *scanner, Command *command)
{
    const struct {
        const char *name;
        const char **text;
        long *number;
    } members[] = {
        {"workload", &command->workload, NULL}, {"file", &command->file, NULL},     {"sync", &command->sync, NULL},
        {"prefix", &command->prefix, NULL},     {"trace", &command->trace, NULL},   {"docs", NULL, &command->docs},
        {"records", NULL, &command->records},   {"bytes", NULL, &command->bytes},   {"times", NULL, &command->times},
    };
    const char *name = scan_string(scanner);
    expect(scanner, ':');
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (strcmp(name, members[i].name) == 0) {
            if (members[i].text != NULL) {
                *members[i].text = scan_string(scanner);
            } else {
                *members[i].number = scan_number(scanner);
            }
            return;
        }
    }
    fail("command: unknown member \"%s\"", name);
}

/* One flat object of strings and whole numbers; a number that is absent is -1. */
static Command scan_command(char *line)
{
    Scanner scanner = {line};
    Command command = {.sync = "normal", .prefix = "", .docs = -1, .records = -1, .bytes = -1, .times = -1};
    expect(&scanner, '{');
    if (!accept(&scanner, '}')) {
        do {
            scan_member(&scanner, &command);
        } while (accept(&scanner, ','));
        expect(&scanner, '}');
    }
    if (command.workload == NULL || command.file == NULL) {
        fail("command: expected a workload and a file");
    }
    return command;
}

static long required(long number, const char *name)
{
    if (number < 0) {
        fail("command: expected \"%s\", found none", name);
    }
    return number;
}

/* ------------------------------------------------------------------------------------------------------ payloads -- */

typedef struct {
    const unsigned char *bytes;
    long length;
} Payload;

/* Either windows on one ascending run of bytes, or the updates of a recorded session. */
typedef struct {
    unsigned char *storage;
    Payload *updates;
    long count;
    long length;
} Payloads;

static Payload payload_at(const Payloads *payloads, long n)
{
    if (payloads->updates != NULL) {
        return payloads->updates[n % payloads->count];
    }
    return (Payload){payloads->storage + (n * 31 & 255), payloads->length};
}

/* Byte i of payload n is (n * 31 + i) & 255. */
static void make_pattern(Payloads *payloads, long length)
{
    payloads->length = length;
    payloads->storage = allocate((size_t)length + 256);
    for (long i = 0; i < length + 256; i++) {
        payloads->storage[i] = (unsigned char)i;
    }
}

/* The caller frees the storage, after a failure too. */
static long read_file(const char *name, unsigned char **storage)
{
    FILE *file = fopen(name, "rb");
    if (file == NULL) {
        fail("%s: %s", name, strerror(errno));
    }
    fseek(file, 0, SEEK_END);
    long length = ftell(file);
    rewind(file);
    *storage = malloc(length > 0 ? (size_t)length : 1);
    size_t got = *storage == NULL ? 0 : fread(*storage, 1, (size_t)length, file);
    fclose(file);
    if (length < 0 || got != (size_t)length) {
        fail("%s: expected %ld bytes, read %zu", name, length, got);
    }
    return length;
}

/* Each update is a length as four bytes, big-endian, and that many bytes. */
static void read_trace(Payloads *payloads, const char *name)
{
    long size = read_file(name, &payloads->storage);
    payloads->updates = allocate(((size_t)size / 4 + 1) * sizeof *payloads->updates);
    for (long at = 0; at < size;) {
        const unsigned char *head = payloads->storage + at;
        long length = size - at < 4 ? size : (long)head[0] << 24 | head[1] << 16 | head[2] << 8 | head[3];
        if (length > size - at - 4) {
            fail("%s: expected an update of %ld bytes at %ld, found the end", name, length, at);
        }
        payloads->updates[payloads->count++] = (Payload){head + 4, length};
        at += 4 + length;
    }
    if (payloads->count == 0) {
        fail("%s: expected updates, found none", name);
    }
}

/* ----------------------------------------------------------------------------------------------------- the store -- */

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

static const char *const STATEMENT_SQL[STATEMENTS] = {
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [SELECT_META] = "SELECT data FROM kyneta_meta WHERE doc_id=?",
    [SELECT_LAST_SEQ] = "SELECT max(seq) FROM kyneta_records WHERE doc_id=?",
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

typedef struct {
    sqlite3 *database;
    sqlite3_stmt *statements[STATEMENTS];
} Store;

/* A text and its length, for a document's id or a row's payload. */
typedef struct {
    char text[96];
    int length;
} Text;

static Text doc_id_of(long index)
{
    Text id;
    id.length = snprintf(id.text, sizeof id.text, "doc-%06ld", index);
    return id;
}

static void check(Store *store, int code)
{
    if (code != SQLITE_OK) {
        fail("%s", store->database == NULL ? sqlite3_errstr(code) : sqlite3_errmsg(store->database));
    }
}

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

static void open_store(Store *store, const char *file, const char *sync, bool create)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0);
    check(store, sqlite3_open_v2(file, &store->database, flags, NULL));
    sqlite3_busy_timeout(store->database, BUSY_TIMEOUT_MILLISECONDS);
    execute(store, "PRAGMA journal_mode = WAL");
    set_synchronous(store, sync);
    execute(store, CACHE_PRAGMA);
    execute(store, SCHEMA);
    for (int i = 0; i < STATEMENTS; i++) {
        check(store, sqlite3_prepare_v3(store->database, STATEMENT_SQL[i], -1, SQLITE_PREPARE_PERSISTENT,
                                        &store->statements[i], NULL));
    }
}

/* Also undoes what a failed command left open. */
static void close_store(Store *store)
{
    for (int i = 0; i < STATEMENTS; i++) {
        sqlite3_finalize(store->statements[i]);
    }
    sqlite3_close(store->database);
    *store = (Store){0};
}

static void remove_database(const char *file)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
    char name[4096];
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        snprintf(name, sizeof name, "%s%s", file, suffixes[i]);
        remove(name);
    }
}

static bool step(Store *store, enum Statement which)
{
    int code = sqlite3_step(store->statements[which]);
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        check(store, code);
    }
    return code == SQLITE_ROW;
}

static void run(Store *store, enum Statement which)
{
    step(store, which);
    sqlite3_reset(store->statements[which]);
}

static void bind_text(Store *store, enum Statement which, int position, const char *text, int length)
{
    check(store, sqlite3_bind_text(store->statements[which], position, text, length, SQLITE_STATIC));
}

static void bind_number(Store *store, enum Statement which, int position, int64_t number)
{
    check(store, sqlite3_bind_int64(store->statements[which], position, number));
}

/* Touches the document's metadata; a document without is an error, as an entry may not come first. */
static void read_meta(Store *store, const Text *doc_id)
{
    static volatile unsigned char touched;
    bind_text(store, SELECT_META, 1, doc_id->text, doc_id->length);
    if (!step(store, SELECT_META)) {
        fail("document %s: expected metadata, found none", doc_id->text);
    }
    const unsigned char *data = sqlite3_column_text(store->statements[SELECT_META], 0);
    touched = data[sqlite3_column_bytes(store->statements[SELECT_META], 0) - 1];
    (void)touched;
    sqlite3_reset(store->statements[SELECT_META]);
}

static int64_t next_seq(Store *store, const Text *doc_id)
{
    sqlite3_stmt *statement = store->statements[SELECT_LAST_SEQ];
    bind_text(store, SELECT_LAST_SEQ, 1, doc_id->text, doc_id->length);
    step(store, SELECT_LAST_SEQ);
    bool empty = sqlite3_column_type(statement, 0) == SQLITE_NULL;
    int64_t seq = empty ? 0 : sqlite3_column_int64(statement, 0) + 1;
    sqlite3_reset(statement);
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

static void append(Store *store, const Text *doc_id, long version, Payload data)
{
    run(store, BEGIN);
    read_meta(store, doc_id);
    insert_entry(store, doc_id, next_seq(store, doc_id), version, data);
    run(store, COMMIT);
}

static void replace(Store *store, const Text *doc_id, long entries, const Payloads *payloads)
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

/* ----------------------------------------------------------------------------------------------------- workloads -- */

typedef struct {
    long operations;
    long bytes;
    double seconds;
} Result;

typedef struct {
    const Command *command;
    Payloads payloads;
    Store store;
} Round;

typedef void Pass(Round *round, long records, Result *result);

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void append_pass(Round *round, long records, Result *result)
{
    long docs = round->command->docs;
    for (long n = 0; n < records; n++) {
        Payload data = payload_at(&round->payloads, n);
        for (long doc = 0; doc < docs; doc++) {
            Text doc_id = doc_id_of(doc);
            append(&round->store, &doc_id, n, data);
            result->bytes += data.length;
        }
    }
    result->operations += docs * records;
}

static void load_pass(Round *round, long records, Result *result)
{
    (void)records;
    for (long doc = 0; doc < round->command->docs; doc++) {
        Text doc_id = doc_id_of(doc);
        bind_text(&round->store, SELECT_RECORDS, 1, doc_id.text, doc_id.length);
        while (step(&round->store, SELECT_RECORDS)) {
            result->bytes += check_record(&round->store, &doc_id);
            result->operations++;
        }
        sqlite3_reset(round->store.statements[SELECT_RECORDS]);
    }
}

static void meta_pass(Round *round, long records, Result *result)
{
    (void)records;
    for (long doc = 0; doc < round->command->docs; doc++) {
        Text doc_id = doc_id_of(doc);
        read_meta(&round->store, &doc_id);
    }
    result->operations += round->command->docs;
}

/* `records` entries behind a meta record. */
static void replace_pass(Round *round, long records, Result *result)
{
    for (long doc = 0; doc < round->command->docs; doc++) {
        Text doc_id = doc_id_of(doc);
        replace(&round->store, &doc_id, records, &round->payloads);
    }
    result->operations += round->command->docs;
    result->bytes += round->command->docs * records * round->payloads.length;
}

/* The first id after all that begin with the prefix: no byte of UTF-8 is 0xff, so the last one can be counted up. */
static void list_pass(Round *round, long records, Result *result)
{
    (void)records;
    const char *prefix = round->command->prefix;
    int length = (int)strlen(prefix);
    enum Statement which = length == 0 ? LIST_ALL : LIST_RANGE;
    char end[256];
    if (length >= (int)sizeof end) {
        fail("command: expected a prefix of less than %zu bytes", sizeof end);
    }
    memcpy(end, prefix, (size_t)length);
    if (length > 0) {
        end[length - 1]++;
        bind_text(&round->store, LIST_RANGE, 1, prefix, length);
        bind_text(&round->store, LIST_RANGE, 2, end, length);
    }
    while (step(&round->store, which)) {
        sqlite3_column_text(round->store.statements[which], 0);
        sqlite3_column_bytes(round->store.statements[which], 0);
        result->operations++;
    }
    sqlite3_reset(round->store.statements[which]);
}

static void warm_up(Round *round, Pass *pass, long records)
{
    Result ignored = {0};
    double start = now();
    do {
        pass(round, records, &ignored);
    } while (now() - start < WARM_UP_SECONDS);
}

static Result measure(Round *round, Pass *pass, long records, long times)
{
    Result result = {0};
    double start = now();
    for (long n = 0; n < times; n++) {
        pass(round, records, &result);
    }
    result.seconds = now() - start;
    return result;
}

static Result repeated(Round *round, Pass *pass, long records)
{
    required(round->command->times, "times");
    open_store(&round->store, round->command->file, round->command->sync, false);
    warm_up(round, pass, records);
    return measure(round, pass, records, round->command->times);
}

static void open_registered(Round *round, const char *file)
{
    remove_database(file);
    open_store(&round->store, file, round->command->sync, true);
    for (long doc = 0; doc < round->command->docs; doc++) {
        Text doc_id = doc_id_of(doc);
        replace(&round->store, &doc_id, 0, &round->payloads);
    }
}

static Result fill_round(Round *round)
{
    long records = required(round->command->records, "records");
    remove_database(round->command->file);
    open_store(&round->store, round->command->file, "off", true);
    return measure(round, replace_pass, records, 1);
}

static Result append_round(Round *round)
{
    const Command *command = round->command;
    long docs = command->docs;
    long records = command->records < 0 && command->trace != NULL ? round->payloads.count : command->records;
    char scratch[4096];
    required(records, "records");
    snprintf(scratch, sizeof scratch, "%s-warm-up", command->file);
    open_registered(round, scratch);
    warm_up(round, append_pass, docs > 0 ? (99 + docs) / docs : 0);
    close_store(&round->store);
    remove_database(scratch);
    open_registered(round, command->file);
    return measure(round, append_pass, records, 1);
}

static Result replace_round(Round *round)
{
    long records = round->command->records < 0 ? 500 : round->command->records;
    return repeated(round, replace_pass, required(records - 1, "records"));
}

static Result load_round(Round *round)
{
    return repeated(round, load_pass, 0);
}

static Result meta_round(Round *round)
{
    return repeated(round, meta_pass, 0);
}

static Result list_round(Round *round)
{
    return repeated(round, list_pass, 0);
}

static const struct {
    const char *name;
    Result (*perform)(Round *);
    bool needs_docs;
    bool needs_payloads;
} WORKLOADS[] = {
    {"fill", fill_round, true, true},   {"append", append_round, true, true},   {"load", load_round, true, false},
    {"meta", meta_round, true, false},  {"replace", replace_round, true, true}, {"list", list_round, false, false},
};

static void prepare_payloads(Round *round)
{
    if (round->command->trace != NULL) {
        read_trace(&round->payloads, round->command->trace);
    } else {
        make_pattern(&round->payloads, required(round->command->bytes, "bytes"));
    }
}

static Result perform(Round *round)
{
    const Command *command = round->command;
    for (size_t i = 0; i < sizeof WORKLOADS / sizeof *WORKLOADS; i++) {
        if (strcmp(command->workload, WORKLOADS[i].name) == 0) {
            if (WORKLOADS[i].needs_docs) {
                required(command->docs, "docs");
            }
            if (WORKLOADS[i].needs_payloads) {
                prepare_payloads(round);
            }
            return WORKLOADS[i].perform(round);
        }
    }
    fail("command: unknown workload \"%s\"", command->workload);
}

static void release(Round *round)
{
    close_store(&round->store);
    free(round->payloads.updates);
    free(round->payloads.storage);
    *round = (Round){0};
}

static void print_failure(void)
{
    printf("{\"ok\":false,\"error\":\"");
    for (const unsigned char *c = (const unsigned char *)failure; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\') {
            printf("\\%c", *c);
        } else if (*c < ' ') {
            printf("\\u%04x", *c);
        } else {
            putchar(*c);
        }
    }
    printf("\"}\n");
}

static void answer(char *line)
{
    /* Static, so that what was opened before a failure is still known after the jump back. */
    static Round round;
    static Command command;
    if (setjmp(next_command) == 0) {
        command = scan_command(line);
        round.command = &command;
        Result result = perform(&round);
        printf("{\"ok\":true,\"figure\":\"%s\",\"operations\":%ld,\"seconds\":%.9f,\"bytes\":%ld,\"sqlite\":\"%s\"}\n",
               command.workload, result.operations, result.seconds, result.bytes, sqlite3_libversion());
    } else {
        print_failure();
    }
    release(&round);
    fflush(stdout);
}

int main(void)
{
    char *line = NULL;
    size_t capacity = 0;
    if (!prepare_crc() || sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) != SQLITE_OK) {
        fprintf(stderr, "kyneta_bench: the CRC-32C or SQLite does not work on this machine\n");
        return 1;
    }
    while (getline(&line, &capacity, stdin) >= 0) {
        if (line[strspn(line, " \t\r\n")] != '\0') {
            answer(line);
        }
    }
    free(line);
    return 0;
}
