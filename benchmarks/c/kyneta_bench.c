/*
 * The yardstick: the record store's own statements on format 1 tables, executed one by one through SQLite's C API,
 * with nothing around them. What a store in any language takes longer than this is its own doing.
 *
 * It serves one round a line, as javascript/bench.mjs does, whose comment describes the commands and answers. It has
 * one thread only: "threads" does not make it use more.
 */
#define _POSIX_C_SOURCE 200809L

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crc32c.h"
#include "failure.h"
#include "rounds.h"
#include "sqlite3.h"

static void print_result(const Command *command, const Result *result)
{
    printf("{\"ok\":true,\"figure\":\"%s\",\"operations\":%ld,\"seconds\":%.9f,\"bytes\":%ld,", command->workload,
           result->operations, result->seconds, result->bytes);
    if (result->p50 > 0) {
        printf("\"p50\":%.3f,\"p99\":%.3f,", result->p50, result->p99);
    }
    printf("\"sqlite\":\"%s\"}\n", sqlite3_libversion());
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
        print_result(&command, &result);
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
