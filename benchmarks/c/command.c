#include "command.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "failure.h"

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
        {"threads", NULL, &command->threads},   {"threadKind", &command->thread_kind, NULL},
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

Command scan_command(char *line)
{
    Scanner scanner = {line};
    Command command = {.sync = "normal", .prefix = "", .docs = -1, .records = -1, .bytes = -1, .times = -1, .threads = -1};
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

long required(long number, const char *name)
{
    if (number < 0) {
        fail("command: expected \"%s\", found none", name);
    }
    return number;
}
