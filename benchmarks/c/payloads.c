#include "payloads.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "failure.h"

Payload payload_at(const Payloads *payloads, long n)
{
    if (payloads->updates != NULL) {
        return payloads->updates[n % payloads->count];
    }
    return (Payload){payloads->storage + (n * 31 & 255), payloads->length};
}

void make_pattern(Payloads *payloads, long length)
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

void read_trace(Payloads *payloads, const char *name)
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

void free_payloads(Payloads *payloads)
{
    free(payloads->updates);
    free(payloads->storage);
    *payloads = (Payloads){0};
}
