#include "ws.h"

#include <string.h>

enum { LENGTH_16 = 126, LENGTH_64 = 127, MASKED = 0x80 };

static uint64_t big_endian(const uint8_t *bytes, size_t count)
{
    uint64_t value = 0;
    for (size_t i = 0; i < count; i++)
        value = value << 8 | bytes[i];
    return value;
}

static void apply_mask(uint8_t *payload, size_t length, const uint8_t mask[4])
{
    for (size_t i = 0; i < length; i++)
        payload[i] ^= mask[i & 3];
}

int ws_parse(uint8_t *data, size_t size, size_t max, struct ws_frame *frame)
{
    if (size < 2)
        return 0;
    size_t extra = (data[1] & 0x7f) == LENGTH_16 ? 2 : (data[1] & 0x7f) == LENGTH_64 ? 8 : 0;
    size_t header = 2 + extra + (data[1] & MASKED ? 4 : 0);
    if (size < header)
        return 0;
    uint64_t length = extra ? big_endian(data + 2, extra) : (uint64_t)(data[1] & 0x7f);
    if (length > max)
        return -1;
    if (size - header < length)
        return 0;
    frame->fin = data[0] & 0x80;
    frame->rsv1 = data[0] & 0x40;
    frame->opcode = data[0] & 0x0f;
    frame->payload = data + header;
    frame->length = (size_t)length;
    frame->size = header + (size_t)length;
    if (data[1] & MASKED)
        apply_mask(frame->payload, frame->length, data + header - 4);
    return data[0] & 0x30 ? -1 : 1;
}

static size_t put_header(uint8_t *out, uint8_t opcode, size_t length, uint8_t mask_bit)
{
    out[0] = 0x80 | opcode;
    if (length < LENGTH_16) {
        out[1] = (uint8_t)(mask_bit | length);
        return 2;
    }
    size_t bytes = length <= 0xffff ? 2 : 8;
    out[1] = mask_bit | (bytes == 2 ? LENGTH_16 : LENGTH_64);
    for (size_t i = 0; i < bytes; i++)
        out[2 + i] = (uint8_t)((uint64_t)length >> 8 * (bytes - 1 - i));
    return 2 + bytes;
}

size_t ws_header(uint8_t *out, uint8_t opcode, size_t length)
{
    return put_header(out, opcode, length, 0);
}

size_t ws_masked(uint8_t *out, uint8_t opcode, const void *payload, size_t length, uint32_t mask)
{
    size_t header = put_header(out, opcode, length, MASKED);
    uint8_t key[4];
    memcpy(key, &mask, sizeof key);
    memcpy(out + header, key, sizeof key);
    header += sizeof key;
    if (length)
        memcpy(out + header, payload, length);
    apply_mask(out + header, length, key);
    return header + length;
}
