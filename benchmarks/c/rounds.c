#define _POSIX_C_SOURCE 200809L

#include "rounds.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "failure.h"

#define WARM_UP_SECONDS 0.25

typedef void Pass(Round *round, long records, Result *result);

static int64_t now_nanoseconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static double now(void)
{
    return (double)now_nanoseconds() / 1e9;
}

/* Each append is timed by two readings of the clock, of about 25 ns each. */
static void append_pass(Round *round, long records, Result *result)
{
    long docs = round->command->docs;
    for (long n = 0; n < records; n++) {
        Payload data = payload_at(&round->payloads, n);
        for (long doc = 0; doc < docs; doc++) {
            Text doc_id = doc_id_of(doc);
            int64_t start = now_nanoseconds();
            append(round->store, &doc_id, n, data);
            int64_t length = now_nanoseconds() - start;
            if (round->latencies != NULL) {
                round->latencies[result->operations] = length;
            }
            result->operations++;
            result->bytes += data.length;
        }
    }
}

static void load_pass(Round *round, long records, Result *result)
{
    (void)records;
    for (long doc = 0; doc < round->command->docs; doc++) {
        Text doc_id = doc_id_of(doc);
        result->operations += load(round->store, &doc_id, &result->bytes);
    }
}

static void meta_pass(Round *round, long records, Result *result)
{
    (void)records;
    for (long doc = 0; doc < round->command->docs; doc++) {
        Text doc_id = doc_id_of(doc);
        read_meta(round->store, &doc_id);
    }
    result->operations += round->command->docs;
}

/* `records` entries behind a meta record. */
static void replace_pass(Round *round, long records, Result *result)
{
    for (long doc = 0; doc < round->command->docs; doc++) {
        Text doc_id = doc_id_of(doc);
        replace(round->store, &doc_id, records, &round->payloads);
    }
    result->operations += round->command->docs;
    for (long n = 0; n < records; n++) {
        result->bytes += round->command->docs * payload_at(&round->payloads, n).length;
    }
}

static void list_pass(Round *round, long records, Result *result)
{
    (void)records;
    result->operations += list_ids(round->store, round->command->prefix);
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
    round->store = open_store(round->command->file, round->command->sync, false);
    warm_up(round, pass, records);
    return measure(round, pass, records, round->command->times);
}

static void open_registered(Round *round, const char *file)
{
    remove_database(file);
    round->store = open_store(file, round->command->sync, true);
    for (long doc = 0; doc < round->command->docs; doc++) {
        Text doc_id = doc_id_of(doc);
        replace(round->store, &doc_id, 0, &round->payloads);
    }
}

/* All updates of a recorded session, unless the command says how many. */
static long records_of(const Round *round)
{
    const Command *command = round->command;
    return command->records < 0 && command->trace != NULL ? round->payloads.count
                                                          : required(command->records, "records");
}

static Result fill_round(Round *round)
{
    long records = records_of(round);
    remove_database(round->command->file);
    round->store = open_store(round->command->file, "off", true);
    return measure(round, replace_pass, records, 1);
}

static int compare_lengths(const void *one, const void *other)
{
    int64_t a = *(const int64_t *)one;
    int64_t b = *(const int64_t *)other;
    return (a > b) - (a < b);
}

/* The share's percentile by nearest rank, in microseconds. */
static double microseconds(const int64_t *sorted, long count, double share)
{
    long rank = (long)ceil(share * (double)count);
    return (double)sorted[rank > 0 ? rank - 1 : 0] / 1e3;
}

static Result measure_appends(Round *round, long records)
{
    long count = round->command->docs * records;
    round->latencies = allocate((size_t)count * sizeof *round->latencies);
    Result result = measure(round, append_pass, records, 1);
    if (count > 0) {
        qsort(round->latencies, (size_t)count, sizeof *round->latencies, compare_lengths);
        result.p50 = microseconds(round->latencies, count, 0.5);
        result.p99 = microseconds(round->latencies, count, 0.99);
    }
    return result;
}

static Result append_round(Round *round)
{
    const Command *command = round->command;
    long docs = command->docs;
    long records = records_of(round);
    char scratch[4096];
    snprintf(scratch, sizeof scratch, "%s-warm-up", command->file);
    open_registered(round, scratch);
    warm_up(round, append_pass, docs > 0 ? (99 + docs) / docs : 0);
    close_store();
    remove_database(scratch);
    open_registered(round, command->file);
    return measure_appends(round, records);
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

Result perform(Round *round)
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

void release(Round *round)
{
    close_store();
    free_payloads(&round->payloads);
    free(round->latencies);
    *round = (Round){0};
}
