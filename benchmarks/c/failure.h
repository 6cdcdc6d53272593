/* How a command is given up. */
#ifndef KYNETA_BENCH_FAILURE_H
#define KYNETA_BENCH_FAILURE_H

#include <setjmp.h>
#include <stddef.h>

/* Where the program goes on after a failure: the loop that answers. */
extern jmp_buf next_command;

/* What has gone wrong. */
extern char failure[1024];

/* Gives the command up: the loop that answers does so with the message. */
_Noreturn void fail(const char *format, ...);

void *allocate(size_t size);

#endif
