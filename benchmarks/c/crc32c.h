/* CRC-32C as the records' checksums need it: begun with ~0, and complemented at the end. */
#ifndef KYNETA_BENCH_CRC32C_H
#define KYNETA_BENCH_CRC32C_H

#include <stdbool.h>
#include <stdint.h>

/* Chooses the fastest way that gives CRC-32C's published check value; false if none does. */
bool prepare_crc(void);

uint32_t crc_number(uint32_t crc, int64_t number);

/* A text or a blob: its length, then its bytes; NULL as length -1. */
uint32_t crc_field(uint32_t crc, const void *bytes, int64_t length);

#endif
