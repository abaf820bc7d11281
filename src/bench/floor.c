/* floor: the cheapest WebSocket broadcaster that the kernel allows, as the lower bound to compare servers with.
 * It has one thread and epoll. Its only protocol work is the handshake, with a constant answer for fan's constant key.
 * It unmasks and frames each frame once, and writes it to every client.
 *
 *   cc -O2 -o floor floor.c && ./floor PORT [batch]
 *
 * Without "batch" each message is one write per client. With it, all messages of one wake-up are one write.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
typedef struct { int fd, up, n; unsigned char in[1 << 17]; } C;
static C *all[1 << 17]; static int count, batch, ep;
static unsigned char out[1 << 20]; static size_t nout;
static void drop(C *c) { for (int i = 0; i < count; i++) if (all[i] == c) { all[i] = all[--count]; break; } close(c->fd); free(c); }
static void spread(void) { for (int i = 0; i < count; i++) if (all[i]->up) { ssize_t r = send(all[i]->fd, out, nout, MSG_NOSIGNAL | MSG_DONTWAIT); (void)r; } nout = 0; }
static void parse(C *c) {
  for (;;) {
    if (c->n < 6) return;
    uint64_t len = c->in[1] & 127; int h = 2; if (len == 126) { if (c->n < 8) return; len = c->in[2] << 8 | c->in[3]; h = 4; } else if (len == 127) { if (c->n < 14) return; len = 0; for (int i = 2; i < 10; i++) len = len << 8 | c->in[i]; h = 10; }
    if ((uint64_t)c->n < h + 4 + len) return;
    unsigned char *k = c->in + h, *p = k + 4; for (uint64_t i = 0; i < len; i++) p[i] ^= k[i & 3];
    if ((c->in[0] & 15) <= 2) { out[nout++] = c->in[0]; if (len < 126) out[nout++] = len; else if (len < 65536) { out[nout++] = 126; out[nout++] = len >> 8; out[nout++] = len; } else { out[nout++] = 127; for (int i = 7; i >= 0; i--) out[nout++] = len >> (8 * i); } memcpy(out + nout, p, len); nout += len; if (!batch) spread(); }
    int used = h + 4 + len; memmove(c->in, c->in + used, c->n - used); c->n -= used;
  }
}
int main(int argc, char **argv) {
  batch = argc > 2; struct rlimit rl = { 1 << 20, 1 << 20 }; setrlimit(RLIMIT_NOFILE, &rl);
  int s = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1; setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  if (bind(s, (void *)&a, sizeof a) || listen(s, 4096)) { perror("floor"); return 1; }
  ep = epoll_create1(0); struct epoll_event e = { .events = EPOLLIN, .data.ptr = 0 }; epoll_ctl(ep, EPOLL_CTL_ADD, s, &e);
  static struct epoll_event ev[1024];
  for (;;) {
    int k = epoll_wait(ep, ev, 1024, -1);
    for (int i = 0; i < k; i++) {
      C *c = ev[i].data.ptr;
      if (!c) { int fd; while ((fd = accept4(s, 0, 0, SOCK_NONBLOCK)) >= 0) { setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one); c = calloc(1, sizeof *c); c->fd = fd; all[count++] = c; struct epoll_event x = { .events = EPOLLIN, .data.ptr = c }; epoll_ctl(ep, EPOLL_CTL_ADD, fd, &x); } continue; }
      ssize_t r = recv(c->fd, c->in + c->n, sizeof c->in - c->n, 0); if (r <= 0) { drop(c); continue; } c->n += r;
      if (!c->up) { unsigned char *z = memmem(c->in, c->n, "\r\n\r\n", 4); if (!z) continue; static const char ok[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"; if (send(c->fd, ok, sizeof ok - 1, MSG_NOSIGNAL) < 0) { drop(c); continue; } c->up = 1; int used = z + 4 - c->in; memmove(c->in, z + 4, c->n - used); c->n -= used; }
      parse(c);
    }
    if (nout) spread();
  }
}
