/* hmac: HMAC-SHA256 (RFC 2104, FIPS 180-4), for protocols whose clients sign their requests. */
#include <stdint.h>
#include <string.h>

static uint32_t turned(uint32_t x, int n) { return x >> n | x << (32 - n); }

/* The constants are the first bits of the fractions of roots of primes: square roots begin the state, cube roots the rounds. */
static const uint32_t sha_begin[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
static const uint32_t sha_round[64] = {
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static void sha_block(uint32_t *h, const unsigned char *b) {
  uint32_t w[64], s[8];
  for (int i = 0; i < 16; i++) w[i] = (uint32_t)b[4 * i] << 24 | b[4 * i + 1] << 16 | b[4 * i + 2] << 8 | b[4 * i + 3];
  for (int i = 16; i < 64; i++) w[i] = w[i - 16] + w[i - 7] + (turned(w[i - 15], 7) ^ turned(w[i - 15], 18) ^ w[i - 15] >> 3) + (turned(w[i - 2], 17) ^ turned(w[i - 2], 19) ^ w[i - 2] >> 10);
  memcpy(s, h, sizeof s);
  for (int i = 0; i < 64; i++) {
    uint32_t one = s[7] + (turned(s[4], 6) ^ turned(s[4], 11) ^ turned(s[4], 25)) + ((s[4] & s[5]) ^ (~s[4] & s[6])) + sha_round[i] + w[i];
    uint32_t two = (turned(s[0], 2) ^ turned(s[0], 13) ^ turned(s[0], 22)) + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
    memmove(s + 1, s, 7 * sizeof *s); s[4] += one; s[0] = one + two;
  }
  for (int i = 0; i < 8; i++) h[i] += s[i];
}
/* the digest of both parts together; the first is one block */
static void sha256(unsigned char *out, const unsigned char *block, const void *text, size_t n) {
  uint32_t h[8]; unsigned char tail[128] = {0}; const unsigned char *b = text; size_t left = n;
  memcpy(h, sha_begin, sizeof h); sha_block(h, block);
  for (; left >= 64; left -= 64, b += 64) sha_block(h, b);
  memcpy(tail, b, left); tail[left] = 0x80;
  size_t end = left < 56 ? 64 : 128; uint64_t bits = (n + 64) * 8;
  for (int i = 0; i < 8; i++) tail[end - 1 - i] = bits >> 8 * i;
  for (size_t at = 0; at < end; at += 64) sha_block(h, tail + at);
  for (int i = 0; i < 32; i++) out[i] = h[i / 4] >> (24 - 8 * (i % 4));
}
/* in hexadecimal digits; the key has at most 64 bytes */
static void hmac_hex(char *out, const char *key, const char *text, size_t n) {
  unsigned char inner[64], outer[64], digest[32]; size_t k = strlen(key);
  for (size_t i = 0; i < 64; i++) { unsigned char c = i < k ? key[i] : 0; inner[i] = c ^ 0x36; outer[i] = c ^ 0x5c; }
  sha256(digest, inner, text, n); sha256(digest, outer, digest, 32);
  for (int i = 0; i < 32; i++) { out[2 * i] = "0123456789abcdef"[digest[i] >> 4]; out[2 * i + 1] = "0123456789abcdef"[digest[i] & 15]; }
  out[64] = 0;
}
