/* fan: a protocol-agnostic load generator for message fan-out and echo over TCP or WebSocket.
 *
 * It knows no messaging protocol. A profile (a small text file, see profiles/) says which frames a client sends
 * after connecting and how it publishes. Every published payload has a marker "~t<16 hex digits>~", the publish time
 * in ns. Every marker that comes back on any connection counts as one delivery. So the same program, with the same
 * work, measures any server.
 *
 *   cc -O2 -o fan fan.c -lz                             or, with TLS: cc -O2 -DTLS -o fan fan.c -lz -lssl -lcrypto
 *   ./fan -f profiles/stomp-ws.txt -p 15674 -n 500 -w 8 -s 128 -t 10 -P <server pid>
 *
 * Options
 *   -f FILE  profile            -H HOST  host (127.0.0.1)     -p PORT  port
 *   -n N     subscribers (100)  -m M     publishers (1)       -g G     groups: client i joins group i % G, text {G} (1)
 *   -s S     payload bytes (128, at least 20)                 -t T     seconds measured (10)   -u U  warm-up seconds (3)
 *   -w W     closed loop: W publishes outstanding per publisher, each is done when all of its group got it
 *   -r R     open loop instead: R publishes a second in all
 *   -e       echo: every subscriber publishes to itself, one outstanding (round trips); -m is ignored
 *   -i       idle: connect and subscribe only, hold T seconds; reports memory per connection
 *   -c C     connects in flight at once (200)
 *   -P PIDS  server processes (comma-separated): their CPU time and resident memory are reported
 *   -l LABEL name in the output      -X PATH  instead of the profile's path
 *   -q PORT  the publishers connect here instead           -o O     groups are numbered from O (0)
 *   -k K     the last K subscribers stop reading when they have subscribed
 *   -x X     each subscriber joins X groups, one after the other; needs -R        -R  with -r: publishers go round the groups
 *   -S       TLS, with a full handshake for each connection; the certificate is not verified
 *   -Z       TLS, and all connections but the first resume a session. The first is alone until its ticket has come
 *   -V V     TLS of that version only: 1.2 or 1.3
 *   -D       subscribers ask for permessage-deflate: each message is a delivery, and every 50th subscriber reads its text
 * A run with -i -t 0 measures connecting: every run reports the server's CPU time per connection.
 * Prints one JSON object; exit status 0, or 1 when connecting failed or nothing was delivered.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <linux/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <zlib.h>
#include "hmac.h"
#include "measure.h"
#ifdef TLS
#include <openssl/ssl.h>
static SSL_CTX *tls_ctx; static SSL_SESSION *ticket; /* the newest ticket that a server gave */
#else
typedef struct ssl_st SSL;
#endif

#define MAXSTEPS 32
/* the steps of a script: send; expect; expect and learn the text up to a quote; sign with a key; change to WebSocket */
enum { SEND, EXPECT, LEARN, SIGN, UPGRADE };
typedef struct { int kind; char *text, *key; size_t len; } Step;
static Step sub_steps[MAXSTEPS], pub_steps[MAXSTEPS];
static int n_sub_steps, n_pub_steps;
static char *publish_text; static size_t publish_len;
/* the request of a subscriber when it is ready, and again after each HTTP answer: a long poll */
static char *again_text; static size_t again_len;
/* for subscribers, and for publishers */
static int use_ws[2], opcode = 1;
static char path[2][512] = {"/", "/"}, subproto[128] = "", extra_headers[512] = "";
static const char *label = "", *host = "127.0.0.1", *pids = "", *other_path = 0;
static int deflated, use_tls, resume, resumed, stuck, pub_port, first_group, joins = 1, rotate, sub_from, port, nsubs = 100, npubs = 1, groups = 1, size = 128, window = 0, echo_mode, idle_mode, inflight_max = 200;
static double secs = 10, warm = 3, rate = 0;

typedef struct {
  int fd, step, is_pub, group, index, is_stuck, joined; SSL *tls; char state; /* c connecting, t TLS handshake, h ws handshake, s script, r ready, x dead */
  char carry[2048], learned[64], signature[65], *head; int ncarry, nhead, is_ws; long body; unsigned char wsh[10]; int nwsh; uint64_t left; char *said; size_t nsaid, saidcap; char *out; size_t nout, cap; uint64_t published;
} Conn;
static Conn *conns; static int nconn, nready, ep;
static uint64_t *group_delivered, expected, arrived; static int *group_size;
static uint64_t delivered, compressed, published, answered, dead, measured_from; static int measuring;

static void die(const char *m) { fprintf(stderr, "fan: %s\n", m); exit(1); }

#ifdef TLS
static int keep_ticket(SSL *ssl, SSL_SESSION *given) { (void)ssl; if (!resume) return 0; if (ticket) SSL_SESSION_free(ticket); ticket = given; return 1; }
static void tls_init(const char *version) {
  signal(SIGPIPE, SIG_IGN); tls_ctx = SSL_CTX_new(TLS_client_method()); if (!tls_ctx) die("no TLS");
  int v = !*version ? 0 : !strcmp(version, "1.2") ? TLS1_2_VERSION : TLS1_3_VERSION; SSL_CTX_set_min_proto_version(tls_ctx, v); SSL_CTX_set_max_proto_version(tls_ctx, v);
  SSL_CTX_set_mode(tls_ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(tls_ctx, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL); SSL_CTX_sess_set_new_cb(tls_ctx, keep_ticket);
}
static void tls_start(Conn *c) {
  c->tls = SSL_new(tls_ctx); SSL_set_fd(c->tls, c->fd); SSL_set_tlsext_host_name(c->tls, "localhost");
  if (ticket) SSL_set_session(c->tls, ticket);
  c->state = 't';
}
/* the TLS handshake: 1 if it is done, 0 if it goes on, -1 if it failed */
static int tls_shake(Conn *c) {
  int r = SSL_connect(c->tls), why = SSL_get_error(c->tls, r);
  if (r == 1) { resumed += SSL_session_reused(c->tls); return 1; }
  return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? 0 : -1;
}
static ssize_t tls_result(Conn *c, int r) {
  int why = SSL_get_error(c->tls, r); errno = why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? EAGAIN : EPIPE; return -1;
}
static ssize_t conn_send(Conn *c, const void *p, size_t n) {
  if (!c->tls) return send(c->fd, p, n, MSG_NOSIGNAL);
  int r = SSL_write(c->tls, p, n); return r > 0 ? r : tls_result(c, r);
}
static ssize_t conn_recv(Conn *c, void *p, size_t n) {
  if (!c->tls) return recv(c->fd, p, n, 0);
  int r = SSL_read(c->tls, p, n); return r > 0 ? r : tls_result(c, r);
}
static void tls_free(Conn *c) { if (c->tls) { SSL_free(c->tls); c->tls = 0; } }
#else
static void *ticket;
static void tls_init(const char *version) { (void)version; die("built without TLS: cc -DTLS ... -lssl -lcrypto"); }
static void tls_start(Conn *c) { (void)c; }
static int tls_shake(Conn *c) { (void)c; return -1; }
static ssize_t conn_send(Conn *c, const void *p, size_t n) { return send(c->fd, p, n, MSG_NOSIGNAL); }
static ssize_t conn_recv(Conn *c, void *p, size_t n) { return recv(c->fd, p, n, 0); }
static void tls_free(Conn *c) { (void)c; }
#endif

static char *unescape(const char *s, size_t *len) {
  char *o = malloc(strlen(s) + 1); size_t n = 0;
  for (; *s; s++) if (*s == '\\' && s[1]) { s++; o[n++] = *s == 'n' ? '\n' : *s == 'r' ? '\r' : *s == '0' ? '\0' : *s == 't' ? '\t' : *s; } else o[n++] = *s;
  o[n] = 0; *len = n; return o;
}
static void load(const char *file) {
  FILE *f = fopen(file, "r"); if (!f) die("cannot open the profile");
  static char line[65536]; int sect = 3; /* 1 sub, 2 pub, 3 both */
  while (fgets(line, sizeof line, f)) {
    line[strcspn(line, "\r\n")] = 0; if (!*line || *line == '#') continue;
    char *arg = strchr(line, ' '); if (arg) *arg++ = 0; else arg = "";
    if (!strcmp(line, "[all]")) sect = 3; else if (!strcmp(line, "[sub]")) sect = 1; else if (!strcmp(line, "[pub]")) sect = 2;
    else if (!strcmp(line, "transport")) { for (int i = 0; i < 2; i++) if (sect & 1 << i) use_ws[i] = !strcmp(arg, "ws"); }
    else if (!strcmp(line, "path")) { for (int i = 0; i < 2; i++) if (sect & 1 << i) snprintf(path[i], sizeof path[i], "%s", arg); }
    else if (!strcmp(line, "subprotocol")) snprintf(subproto, sizeof subproto, "Sec-WebSocket-Protocol: %s\r\n", arg);
    else if (!strcmp(line, "header")) { size_t l = strlen(extra_headers); snprintf(extra_headers + l, sizeof extra_headers - l, "%s\r\n", arg); }
    else if (!strcmp(line, "opcode")) opcode = !strcmp(arg, "binary") ? 2 : 1;
    else if (!strcmp(line, "again")) again_text = unescape(arg, &again_len);
    else if (!strcmp(line, "publish")) publish_text = unescape(arg, &publish_len);
    else if (!strcmp(line, "send") || !strcmp(line, "expect") || !strcmp(line, "learn") || !strcmp(line, "sign") || !strcmp(line, "upgrade")) {
      Step st = { .kind = *line == 'e' ? EXPECT : *line == 'l' ? LEARN : line[1] == 'i' ? SIGN : *line == 'u' ? UPGRADE : SEND };
      if (st.kind == SIGN) { st.key = strdup(arg); arg = strchr(st.key, ' '); if (!arg) die("sign takes a key and a text"); *arg++ = 0; if (strlen(st.key) > 64) die("a key has at most 64 bytes"); }
      st.text = unescape(arg, &st.len);
      if (sect == 3) sub_from = n_sub_steps + 1;
      if (sect & 1) { if (n_sub_steps == MAXSTEPS) die("too many steps"); sub_steps[n_sub_steps++] = st; }
      if (sect & 2) { if (n_pub_steps == MAXSTEPS) die("too many steps"); pub_steps[n_pub_steps++] = st; }
    } else { fprintf(stderr, "fan: unknown profile word '%s'\n", line); exit(1); }
  }
  fclose(f); if (!publish_text && !idle_mode && npubs) die("the profile has no publish line");
}
static void arm(Conn *c) { struct epoll_event e = { .events = (c->is_stuck && c->state == 'r' ? 0 : EPOLLIN) | (c->nout || c->state == 'c' ? EPOLLOUT : 0), .data.ptr = c }; epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &e); }
static void kill_conn(Conn *c) { if (c->state == 'x') return; if (c->state == 'r') nready--; c->state = 'x'; tls_free(c); close(c->fd); dead++; if (!c->is_pub && !c->is_stuck) group_size[c->group]--; }
static void flush_out(Conn *c) {
  size_t off = 0;
  while (off < c->nout) { ssize_t k = conn_send(c, c->out + off, c->nout - off); if (k < 0) { if (errno == EAGAIN || errno == EINTR) break; kill_conn(c); return; } off += k; }
  int had = c->nout > 0; memmove(c->out, c->out + off, c->nout - off); c->nout -= off; if (had || c->nout) arm(c);
}
static void put(Conn *c, const void *p, size_t n) { if (c->nout + n > c->cap) { c->cap = (c->nout + n) * 2; c->out = realloc(c->out, c->cap); } memcpy(c->out + c->nout, p, n); c->nout += n; }
/* makes an object of about that size with the mark and prices; it compresses like a real message */
static size_t quotes(char *o) {
  static uint32_t r = 1; size_t k = sprintf(o, "{\"mark\":\"~t%016llx~\",\"quotes\":[", (unsigned long long)now_ns());
  for (int first = 1; first || k + 60 < (size_t)size; first = 0) {
    uint32_t v[4]; for (int i = 0; i < 4; i++) v[i] = (r = r * 1664525 + 1013904223) >> 8;
    k += sprintf(o + k, "%s{\"symbol\":\"%c%cPL\",\"price\":%u.%u,\"volume\":%u}", first ? "" : ",", 'A' + v[0] % 26, 'A' + v[1] % 26, v[2] % 1000, 1 + v[2] % 9, v[3] % 10000);
  }
  return k + sprintf(o + k, "]}");
}
static size_t expand(Conn *c, const char *t, size_t n, char *o, size_t cap, int mark) {
  size_t k = 0;
  for (size_t i = 0; i < n && k + size + 80 < cap; ) {
    if (n - i >= 3 && !memcmp(t + i, "{I}", 3)) { k += sprintf(o + k, "%d", c->index); i += 3; }
    else if (n - i >= 3 && !memcmp(t + i, "{G}", 3)) { k += sprintf(o + k, "%d", c->group + first_group); i += 3; }
    else if (n - i >= 9 && !memcmp(t + i, "{LEARNED}", 9)) { k += sprintf(o + k, "%s", c->learned); i += 9; }
    else if (n - i >= 11 && !memcmp(t + i, "{SIGNATURE}", 11)) { k += sprintf(o + k, "%s", c->signature); i += 11; }
    else if (n - i >= 6 && !memcmp(t + i, "{SIZE}", 6)) { k += sprintf(o + k, "%d", size); i += 6; }
    else if (mark && n - i >= 6 && !memcmp(t + i, "{MARK}", 6)) {
      int w = sprintf(o + k, "~t%016llx~", (unsigned long long)now_ns()); k += w; for (; w < size; w++) o[k++] = 'x'; i += 6;
    } else if (mark && n - i >= 6 && !memcmp(t + i, "{JSON}", 6)) { k += quotes(o + k); i += 6; }
    else o[k++] = t[i++];
  }
  return k;
}
static void send_frame(Conn *c, const char *t, size_t n, int mark) {
  static char buf[1 << 20]; size_t k = expand(c, t, n, buf, sizeof buf, mark);
  if (c->is_ws) {
    unsigned char h[14]; int hl; h[0] = 0x80 | opcode;
    if (k < 126) { h[1] = 0x80 | k; hl = 2; } else if (k < 65536) { h[1] = 0x80 | 126; h[2] = k >> 8; h[3] = k; hl = 4; }
    else { h[1] = 0x80 | 127; for (int i = 0; i < 8; i++) h[2 + i] = (uint64_t)k >> (56 - 8 * i); hl = 10; }
    memset(h + hl, 0, 4); put(c, h, hl + 4); /* a mask of zero leaves the payload unchanged */
  }
  put(c, buf, k); 
}
static void handshake(Conn *c, const char *to) {
  char req[2048], pth[600]; size_t pl = expand(c, to, strlen(to), pth, sizeof pth + size, 0); pth[pl] = 0;
  int n = snprintf(req, sizeof req, "GET %s HTTP/1.1\r\nHost: %s:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nOrigin: http%s://%s:%d\r\n%s%s%s\r\n", pth, host, port, use_tls ? "s" : "", host, port, subproto, extra_headers, deflated && !c->is_pub ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : "");
  c->state = 'h'; put(c, req, n);
}
static void run_script(Conn *c) {
  Step *s = c->is_pub ? pub_steps : sub_steps; int n = c->is_pub ? n_pub_steps : n_sub_steps;
  for (;;) {
    for (; c->step < n && s[c->step].kind != EXPECT && s[c->step].kind != LEARN; c->step++) {
      Step *one = &s[c->step];
      if (one->kind == UPGRADE) { handshake(c, one->text); c->step++; flush_out(c); return; }
      if (one->kind == SEND) send_frame(c, one->text, one->len, 0);
      else { char text[512]; hmac_hex(c->signature, one->key, text, expand(c, one->text, one->len, text, sizeof text + size, 0)); }
    }
    if (c->step < n || c->is_pub || ++c->joined >= joins) break;
    c->group = (c->index * joins + c->joined) % groups; c->step = sub_from;
  }
  if (c->step == n) {
    c->state = 'r'; nready++;
    if (again_text && !c->is_pub) { c->head = malloc(1024); send_frame(c, again_text, again_len, 0); }
  }
  flush_out(c);
  if (c->is_stuck && c->state == 'r') arm(c);
}
static void start(Conn *c) {
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0); if (c->fd < 0) die("socket: raise ulimit -n");
  int one = 1; setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  /* a client that stops reading has a small window and small segments, so that the kernels keep little for it */
  int small = 4096, segment = 1400; if (c->is_stuck) { setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small); setsockopt(c->fd, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment); }
  /* each run has other loopback source addresses, so that the kernel finds free ports quickly */
  struct sockaddr_in src = { .sin_family = AF_INET }; src.sin_addr.s_addr = htonl(0x7f000001 + ((getpid() & 0xffff) << 8) + c->index / 20000);
  setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one); bind(c->fd, (void *)&src, sizeof src);
  struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(c->is_pub && pub_port ? pub_port : port) }; inet_pton(AF_INET, host, &a.sin_addr);
  c->state = 'c'; if (connect(c->fd, (void *)&a, sizeof a) < 0 && errno != EINPROGRESS) die("connect");
  struct epoll_event e = { .events = EPOLLIN | EPOLLOUT, .data.ptr = c }; epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &e);
}
static void on_connected(Conn *c) {
  if (c->state == 'c') {
    int err = 0; socklen_t l = sizeof err; getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &err, &l); if (err) { kill_conn(c); return; }
    if (use_tls) tls_start(c);
  }
  if (use_tls) { int shaken = tls_shake(c); if (shaken < 0) { if (dead == 0) fprintf(stderr, "fan: no TLS\n"); kill_conn(c); return; } if (!shaken) { arm(c); return; } }
  if (use_ws[c->is_pub]) { handshake(c, path[c->is_pub]); flush_out(c); }
  else { c->state = 's'; run_script(c); arm(c); }
}
static int hexval(const char *p, uint64_t *v) { *v = 0; for (int i = 0; i < 16; i++) { char d = p[i]; int x = d >= '0' && d <= '9' ? d - '0' : d >= 'a' && d <= 'f' ? d - 'a' + 10 : -1; if (x < 0) return 0; *v = *v << 4 | x; } return 1; }
static void publish(Conn *c) { static unsigned turn; if (rotate) c->group = turn++ % groups; send_frame(c, publish_text, publish_len, 1); c->published++; published++; expected += group_size[c->group]; }
static int is_read(Conn *c) { return c->index % 50 == 0; }
/* handles a message of the server; for some subscribers it reads the mark, which tells the latency */
static void heard(Conn *c, uint64_t t) {
  static char plain[1 << 20]; char *text = c->said; size_t n = c->nsaid; int rsv1 = c->wsh[0] & 0x40;
  if ((c->wsh[0] & 15) != 1 && (c->wsh[0] & 15) != 2) return;
  group_delivered[c->group]++; arrived++; if (measuring) { delivered++; compressed += rsv1 != 0; }
  if (!is_read(c)) return;
  if (rsv1) {
    static z_stream streams[1 << 16]; z_stream *s = &streams[c->index / 50 & 0xffff]; if (!s->state) inflateInit2(s, -15);
    memcpy(c->said + n, "\0\0\xff\xff", 4); s->next_in = (void *)c->said; s->avail_in = n + 4; s->next_out = (void *)plain; s->avail_out = sizeof plain;
    if (inflate(s, Z_SYNC_FLUSH) != Z_OK || s->avail_in) die("what was sent compressed cannot be inflated");
    text = plain; n = sizeof plain - s->avail_out;
  }
  uint64_t v; char *m = memmem(text, n, "~t", 2); if (!m || text + n - m < 19 || m[18] != '~' || !hexval(m + 2, &v)) die("a message has no mark");
  if (measuring && v >= measured_from) hist[bucket(t - v)]++;
}
static void frames(Conn *c, const char *b, size_t n, uint64_t t) {
  while (n) {
    if (!c->left) {
      c->wsh[c->nwsh++] = *b++; n--; int kind = c->nwsh < 2 ? 0 : c->wsh[1] & 127, wide = kind == 126 ? 2 : kind == 127 ? 8 : 0;
      if (c->nwsh < 2 + wide) continue;
      c->left = wide ? 0 : kind; for (int i = 0; i < wide; i++) c->left = c->left << 8 | c->wsh[2 + i];
      c->nsaid = 0;
    } else {
      size_t k = n < c->left ? n : c->left;
      if (is_read(c)) { if (c->nsaid + k + 4 > c->saidcap) c->said = realloc(c->said, c->saidcap = (c->nsaid + k + 4) * 2); memcpy(c->said + c->nsaid, b, k); c->nsaid += k; }
      b += k; n -= k; c->left -= k;
    }
    if (!c->left) { c->nwsh = 0; heard(c, t); }
  }
}
static void on_data(Conn *c, char *b, size_t n, uint64_t t) {
  if (c->state == 'h') {
    char *e = memmem(b, n, "\r\n\r\n", 4); if (!e) { if (n < sizeof c->carry) { memcpy(c->carry, b, n); c->ncarry = n; } return; }
    if (!memmem(b, e - b, " 101 ", 5)) { if (dead == 0) fprintf(stderr, "fan: no upgrade: %.*s\n", (int)(e - b > 200 ? 200 : e - b), b); kill_conn(c); return; }
    if (deflated && !c->is_pub && !memmem(b, e - b, "permessage-deflate", 18)) { if (dead == 0) fprintf(stderr, "fan: no permessage-deflate\n"); kill_conn(c); return; }
    c->state = 's'; c->is_ws = 1; n -= e + 4 - b; b = e + 4; run_script(c); if (c->state == 'x') return;
  }
  while (c->state == 's') {
    Step *s = (c->is_pub ? pub_steps : sub_steps) + c->step; char *e = memmem(b, n, s->text, s->len);
    if (!e) { size_t k = n < sizeof c->carry ? n : sizeof c->carry / 2; memmove(c->carry, b + n - k, k); c->ncarry = k; return; }
    char *rest = e + s->len;
    if (s->kind == LEARN) {
      size_t k = 0; while (k < b + n - rest && rest[k] != '"' && rest[k] != '\\') k++;
      if (k == b + n - rest) { size_t held = b + n - e; if (held > sizeof c->carry) die("what is to be learned has no end"); memmove(c->carry, e, held); c->ncarry = held; return; }
      snprintf(c->learned, sizeof c->learned, "%.*s", (int)k, rest);
    }
    c->step++; n -= rest - b; b = rest; run_script(c);
  }
  if (c->state != 'r') return;
  if (deflated && !c->is_pub) { frames(c, b, n, t); return; }
  char *p = b, *end = b + n;
  for (;;) {
    char *m = memmem(p, end - p, "~t", 2);
    if (!m) { c->ncarry = (n && end[-1] == '~') ? 1 : 0; if (c->ncarry) c->carry[0] = '~'; break; }
    if (end - m < 19) { c->ncarry = end - m; memmove(c->carry, m, c->ncarry); break; }
    uint64_t v; if (m[18] == '~' && hexval(m + 2, &v)) {
      if (!c->is_pub) { group_delivered[c->group]++; arrived++; if (measuring) { delivered++; if (v >= measured_from) hist[bucket(t - v)]++; } }
      if (echo_mode) { publish(c); flush_out(c); }
      p = m + 19;
    } else p = m + 2;
  }
}
/* sends the next request after each complete answer; answers have a length */
static void answers(Conn *c, const char *b, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (c->body > 0) { size_t k = n - i < (size_t)c->body ? n - i : (size_t)c->body; c->body -= k; i += k - 1; }
    else {
      if (c->nhead == 1023) memmove(c->head, c->head + 512, c->nhead -= 512);
      c->head[c->nhead++] = b[i]; c->head[c->nhead] = 0;
      if (c->nhead < 4 || memcmp(c->head + c->nhead - 4, "\r\n\r\n", 4)) continue;
      if (!strstr(c->head, "HTTP/1.1 2")) { fprintf(stderr, "fan: refused: %.40s\n", c->head); kill_conn(c); return; }
      char *length = strcasestr(c->head, "\r\ncontent-length:"); c->body = length ? atol(length + 17) : 0; c->nhead = 0;
    }
    if (!c->body) { answered += measuring; send_frame(c, again_text, again_len, 0); flush_out(c); if (c->state == 'x') return; }
  }
}
static void pump(double wait_ms) {
  static struct epoll_event ev[4096]; static char buf[2048 + (1 << 18)];
  int k = epoll_wait(ep, ev, 4096, (int)wait_ms); uint64_t t = now_ns();
  for (int i = 0; i < k; i++) {
    Conn *c = ev[i].data.ptr; if (c->state == 'x') continue;
    if (c->state == 'c') { if (ev[i].events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) on_connected(c); continue; }
    if (c->state == 't') { on_connected(c); continue; }
    if (ev[i].events & EPOLLOUT) flush_out(c);
    /* reads all TLS records, because epoll does not report what the library has already read */
    for (int more = 1; more && c->state != 'x' && ev[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR); ) {
      more = c->tls != 0;
      memcpy(buf, c->carry, c->ncarry); int have = c->ncarry; c->ncarry = 0;
      ssize_t r = conn_recv(c, buf + have, 1 << 18);
      if (r <= 0) { if (r < 0 && (errno == EAGAIN || errno == EINTR)) { memcpy(c->carry, buf, have); c->ncarry = have; break; } kill_conn(c); break; }
      int was_ready = c->state == 'r';
      on_data(c, buf, have + r, t);
      if (was_ready && c->head && c->state == 'r') answers(c, buf + have, r);
    }
  }
}
/* the segments that the subscribers' sockets have received; a write of the server is one, up to 64 KiB */
static uint64_t segments_in(void) {
  uint64_t sum = 0; struct tcp_info info;
  for (int i = 0; i < nsubs && i < nconn; i++) { socklen_t n = sizeof info; memset(&info, 0, sizeof info); if (conns[i].state == 'r' && !getsockopt(conns[i].fd, IPPROTO_TCP, TCP_INFO, &info, &n)) sum += info.tcpi_data_segs_in; }
  return sum;
}
int main(int argc, char **argv) {
  int o; const char *file = 0, *version = "";
  while ((o = getopt(argc, argv, "f:H:p:n:m:g:s:t:u:w:r:eic:P:l:X:k:q:o:x:RSDZV:")) != -1) switch (o) {
    case 'f': file = optarg; break; case 'H': host = optarg; break; case 'p': port = atoi(optarg); break; case 'n': nsubs = atoi(optarg); break;
    case 'm': npubs = atoi(optarg); break; case 'g': groups = atoi(optarg); break; case 's': size = atoi(optarg); break; case 't': secs = atof(optarg); break;
    case 'u': warm = atof(optarg); break; case 'w': window = atoi(optarg); break; case 'r': rate = atof(optarg); break; case 'e': echo_mode = 1; break;
    case 'i': idle_mode = 1; break; case 'c': inflight_max = atoi(optarg); break; case 'P': pids = optarg; break; case 'l': label = optarg; break; case 'X': other_path = optarg; break;
    case 'k': stuck = atoi(optarg); break; case 'q': pub_port = atoi(optarg); break; case 'o': first_group = atoi(optarg); break; case 'x': joins = atoi(optarg); break; case 'R': rotate = 1; break; case 'S': use_tls = 1; break; case 'D': deflated = 1; break; case 'Z': use_tls = resume = 1; break; case 'V': version = optarg; break; default: return 2; }
  if (!file || !port) die("-f and -p are needed");
  if (!window && rate == 0) window = 8;
  if (size < 20) size = 20;
  if (echo_mode || idle_mode) npubs = 0;
  if (use_tls) tls_init(version);
  load(file); if (other_path) for (int i = 0; i < 2; i++) snprintf(path[i], sizeof path[i], "%s", other_path);
  struct rlimit rl = { 1 << 20, 1 << 20 }; if (setrlimit(RLIMIT_NOFILE, &rl)) { getrlimit(RLIMIT_NOFILE, &rl); rl.rlim_cur = rl.rlim_max; setrlimit(RLIMIT_NOFILE, &rl); }
  nconn = nsubs + npubs; conns = calloc(nconn, sizeof *conns); ep = epoll_create1(0);
  group_delivered = calloc(groups, sizeof *group_delivered); group_size = calloc(groups, sizeof *group_size);
  double rss0, rss1, cpu_before = server_cpu(pids, &rss0); uint64_t t0 = now_ns(); int started = 0;
  for (int i = 0; i < nconn; i++) { conns[i].index = i; conns[i].is_pub = i >= nsubs; conns[i].is_stuck = !conns[i].is_pub && i >= nsubs - stuck; conns[i].group = (conns[i].is_pub ? i - nsubs : i * joins) % groups; if (!conns[i].is_pub && !conns[i].is_stuck) group_size[conns[i].group]++; }
  while (nready + (int)dead < nconn) {
    while (started < nconn && started - nready - (int)dead < inflight_max && (!resume || ticket || !started)) start(&conns[started++]);
    pump(5);
    if (now_ns() - t0 > 180e9) break;
  }
  double setup = (now_ns() - t0) / 1e9; int ok = nready;
  if (ok < nconn) { fprintf(stderr, "fan: %d of %d connections ready, %llu dead\n", ok, nconn, (unsigned long long)dead); if (!ok || (npubs && conns[nsubs].state != 'r')) return 1; }
  fprintf(stderr, "fan: ready\n");
  for (uint64_t e = now_ns() + 500000000ull; now_ns() < e; ) pump(10);
  double connecting = server_cpu(pids, &rss1) - cpu_before;
  if (echo_mode) for (int i = 0; i < nconn; i++) if (conns[i].state == 'r') { publish(&conns[i]); flush_out(&conns[i]); }
  uint64_t begin = now_ns(), m0 = begin + (uint64_t)(warm * 1e9), m1 = m0 + (uint64_t)(secs * 1e9), opened = 0, pub0 = 0, seg0 = 0; double cpu0 = 0, cpu1, rss; int rr = 0;
  for (;;) {
    uint64_t t = now_ns();
    if (!measuring && t >= m0) { measuring = 1; measured_from = t; m0 = t; m1 = t + (uint64_t)(secs * 1e9); pub0 = published; seg0 = segments_in(); cpu0 = server_cpu(pids, &rss); }
    if (t >= m1) break;
    if (npubs && rate > 0) { uint64_t due = (uint64_t)((t - begin) / 1e9 * rate); while (opened < due) { Conn *c = &conns[nsubs + rr++ % npubs]; opened++; if (c->state == 'r') { publish(c); flush_out(c); } } }
    else if (npubs) for (int i = nsubs; i < nconn; i++) { Conn *c = &conns[i]; if (c->state != 'r' || !group_size[c->group]) continue; int per = npubs / groups + (c->group < npubs % groups); if (per < 1) per = 1; int sent = 0; while (c->published < group_delivered[c->group] / group_size[c->group] / per + window) { publish(c); sent = 1; } if (sent) flush_out(c); }
    pump(rate > 0 ? 1 : 2);
  }
  uint64_t tend = now_ns(), pub1 = published, segs; cpu1 = server_cpu(pids, &rss); double el = (tend - m0) / 1e9, cpu = cpu1 - cpu0; server_cpu(pids, &rss1); segs = segments_in() - seg0;
  /* waits for messages on their way; then the rest counts as lost */
  measuring = 0; for (uint64_t quiet = now_ns(), last = arrived; rate > 0 && arrived < expected && now_ns() - quiet < 2000000000ull; ) { pump(10); if (arrived != last) { last = arrived; quiet = now_ns(); } }
  long long lost = rate > 0 && !stuck && !rotate && !dead ? (long long)(expected - arrived) : 0;
  printf("{\"label\":\"%s\",\"mode\":\"%s\",\"subs\":%d,\"pubs\":%d,\"size\":%d,\"seconds\":%.2f,\"setup_s\":%.2f,\"published\":%llu,\"delivered\":%llu,\"per_s\":%.0f,\"server_cpu_us_per_delivery\":%.3f,\"answers_per_s\":%.0f,\"server_cpu_us_per_answer\":%.3f,\"deliveries_per_segment\":%.2f,\"server_cpu_pct\":%.0f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"p999_ms\":%.3f,\"rss_mb\":%.1f,\"rss_kb_per_conn\":%.2f,\"lost\":%lld,\"dead\":%llu,\"resumed\":%d,\"compressed\":%llu,\"server_cpu_us_per_connection\":%.1f}\n",
         label, idle_mode ? "idle" : echo_mode ? "echo" : "fan", nsubs, npubs, size, el, setup, (unsigned long long)(pub1 - pub0), (unsigned long long)delivered, delivered / el, delivered ? cpu / delivered * 1e6 : 0.0, answered / el, answered ? cpu / answered * 1e6 : 0.0, segs ? (double)delivered / segs : 0.0, cpu / el * 100, quantile(.5), quantile(.99), quantile(.999), rss1 / 1048576, (rss1 - rss0) / 1024 / nconn, lost, (unsigned long long)dead, resumed, (unsigned long long)compressed, connecting / ok * 1e6);
  return (idle_mode || delivered || answered) ? 0 : 1;
}
