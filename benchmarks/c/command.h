/* One round's command, as it stands on a line. */
#ifndef KYNETA_BENCH_COMMAND_H
#define KYNETA_BENCH_COMMAND_H

typedef struct {
    const char *workload;
    const char *file;
    const char *sync;
    const char *prefix;
    const char *trace;
    const char *thread_kind;
    long docs;
    long records;
    long bytes;
    long times;
    long threads;
} Command;

/* Reads one flat object of strings and whole numbers, which it changes; a number that is absent is -1. */
Command scan_command(char *line);

/* Returns a number that must be there. */
long required(long number, const char *name);

#endif
