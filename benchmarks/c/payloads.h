/* The bytes that are written, the same as every peer writes. */
#ifndef KYNETA_BENCH_PAYLOADS_H
#define KYNETA_BENCH_PAYLOADS_H

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

Payload payload_at(const Payloads *payloads, long n);

/* Byte i of payload n is (n * 31 + i) & 255. */
void make_pattern(Payloads *payloads, long length);

/* Each update is a length as four bytes, big-endian, and that many bytes. */
void read_trace(Payloads *payloads, const char *name);

void free_payloads(Payloads *payloads);

#endif
