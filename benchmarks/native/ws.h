/* The part of RFC 6455 that both sides need: frame headers, masks and the upgrade's constants. */
#ifndef VIRTUBAR_WS_H
#define VIRTUBAR_WS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* RFC 6455's own sample nonce and its answer. The generator always sends this nonce, so that
 * neither side needs SHA-1: it is the writes that are measured, not the handshakes. */
#define WS_NONCE "dGhlIHNhbXBsZSBub25jZQ=="
#define WS_ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

enum { WS_TEXT = 1, WS_BINARY = 2, WS_CLOSE = 8, WS_PING = 9, WS_PONG = 10 };
enum { WS_HEADER_MAX = 14 };

struct ws_frame {
    bool fin;
    bool rsv1; /* deflated, where permessage-deflate was agreed on */
    uint8_t opcode;
    uint8_t *payload; /* inside the parsed buffer, unmasked in place */
    size_t length;
    size_t size; /* header and payload together */
};

/* 1: a whole frame, 0: more bytes are needed, -1: not a frame, or a payload over max. */
int ws_parse(uint8_t *data, size_t size, size_t max, struct ws_frame *frame);

/* Write a server's (unmasked) header of a final frame; returns its size. */
size_t ws_header(uint8_t *out, uint8_t opcode, size_t length);

/* Write a client's (masked) final frame; out holds length + WS_HEADER_MAX. Returns its size. */
size_t ws_masked(uint8_t *out, uint8_t opcode, const void *payload, size_t length, uint32_t mask);

#endif
