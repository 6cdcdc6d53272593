/* The rounds that every peer serves; javascript/bench.mjs describes them. */
#ifndef KYNETA_BENCH_ROUNDS_H
#define KYNETA_BENCH_ROUNDS_H

#include <stdint.h>

#include "command.h"
#include "payloads.h"
#include "store.h"

typedef struct {
    long operations;
    long bytes;
    double seconds;
    /* Of single operations, in microseconds; 0 where they are not measured. */
    double p50;
    double p99;
} Result;

typedef struct {
    const Command *command;
    Payloads payloads;
    Store *store;
    /* How long each append took, in nanoseconds; NULL while nothing is measured. */
    int64_t *latencies;
} Round;

/* Serves the round of the command. */
Result perform(Round *round);

/* Gives back what a round holds, after a failure too. */
void release(Round *round);

#endif
