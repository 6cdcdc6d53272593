#include "crc32c.h"

#include <stddef.h>
#include <string.h>

#if defined(__x86_64__)
#include <nmmintrin.h>
#elif defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>
#endif

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

bool prepare_crc(void)
{
    const unsigned char *digits = (const unsigned char *)"123456789";
    prepare_crc_tables();
    if (has_crc_instruction()) {
        crc_update = crc_by_instruction;
    }
    return ~crc_by_table(~0u, digits, 9) == 0xe3069283u && ~crc_update(~0u, digits, 9) == 0xe3069283u;
}

uint32_t crc_number(uint32_t crc, int64_t number)
{
    unsigned char bytes[8];
    for (int i = 0; i < 8; i++) {
        bytes[i] = (unsigned char)((uint64_t)number >> (56 - 8 * i));
    }
    return crc_update(crc, bytes, sizeof bytes);
}

uint32_t crc_field(uint32_t crc, const void *bytes, int64_t length)
{
    crc = crc_number(crc, bytes == NULL ? -1 : length);
    return bytes == NULL ? crc : crc_update(crc, bytes, (size_t)length);
}
