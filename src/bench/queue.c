/* queue: a load generator for one queue over STOMP 1.2 and TCP, which also checks that each message comes once.
 *
 * Producers SEND to the queue. Consumers subscribe with ack:client-individual and ACK each message. Each has a
 * connection of its own. A body has its run, its producer, its number and its time:
 * "~q<run><producer><number><ns>", 8, 4, 8 and 16 hex digits. Messages of an earlier run are acknowledged, counted as
 * foreign and otherwise ignored.
 *
 *   cc -O2 -o queue queue.c
 *   ./queue -p 61613 -d /queue/public.bench -m 10 -n 10 -t 10 -P <server pid>
 *
 * Options
 *   -H HOST  host (127.0.0.1)   -p PORT  port                 -d DEST  the queue (/queue/public.bench)
 *   -m M     producers (1)      -n N     consumers (1)        -s S     bytes of a body (128, at least 38)
 *   -t T     seconds measured (10)                            -u U     warm-up seconds (3)
 *   -a A     each A-th message of a producer asks for a receipt (100)
 *   -w W     a producer is at most W messages beyond its last receipt (200, at least A)
 *   -c C     prefetch-count (100)
 *   -b B     the most messages on their way, sent and not received (2000), so that a server that accepts faster than it
 *            delivers keeps no more than these
 *   -r R     R messages a second in all, instead of as many as the windows allow
 *   -x LINE  one more header of each SEND, like persistent:true; repeatable
 *   -P PIDS  server processes (comma-separated): their CPU time and resident memory are reported
 *   -l LABEL name in the output
 * Latency is from SEND to MESSAGE; with -r it begins when the SEND was due, so it includes the wait for a receipt.
 * Prints one JSON object; exit status 0, or 1 when a connection failed or nothing came.
 * Lost and duplicate messages are only counted.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include "measure.h"

#define MARK "~q"
#define MARK_SIZE 38
#define QUIET_NS 5000000000ull /* after this time without a message, missing ones are lost */
typedef unsigned long long ull;

static const char *label = "", *host = "127.0.0.1", *pids = "", *destination = "/queue/public.bench";
static char more_headers[1024] = "";
static int port, producers = 1, consumers = 1, size = 128, receipt_each = 100, window = 200, prefetch = 100, backlog = 2000;
static double secs = 10, warm = 3, rate = 0;

typedef struct { char *at; size_t size, capacity; } Bytes;
typedef struct {
  int fd, index, is_producer, wants_out;
  char state; /* c connecting, l logging in, s subscribing, r ready, d disconnecting, x closed */
  Bytes in, out;
  uint64_t sent, receipted;      /* of a producer: the sent messages, and the number of the last RECEIPT */
  uint64_t *seen, seen_words;    /* of a producer: a bit for each number that a consumer got */
} Conn;
static Conn *conns; static int nconn, ep;
static unsigned run; /* this run's number */
static int failed; /* connections that ended too early */
static uint64_t sent, received, duplicates, redelivered, foreign; /* received: without duplicates */
static uint64_t measured, measured_from; static int measuring;

static void die(const char *m) { fprintf(stderr, "queue: %s\n", m); exit(1); }

/* buffers */

static void reserve(Bytes *b, size_t more) {
  if (b->size + more <= b->capacity) return;
  b->capacity = (b->size + more) * 2;
  if (!(b->at = realloc(b->at, b->capacity))) die("out of memory");
}
static void drop(Bytes *b, size_t n) { memmove(b->at, b->at + n, b->size - n); b->size -= n; }
static void put(Conn *c, const void *p, size_t n) { reserve(&c->out, n); memcpy(c->out.at + c->out.size, p, n); c->out.size += n; }
static void put_words(Conn *c, const char *form, ...) {
  char words[2048]; va_list args; va_start(args, form); int n = vsnprintf(words, sizeof words, form, args); va_end(args);
  if (n < 0 || (size_t)n >= sizeof words) die("a header is too long");
  put(c, words, n);
}
static void end_frame(Conn *c) { put(c, "", 1); }

/* connections */

static void watch(Conn *c, int op) {
  struct epoll_event e = { .events = EPOLLIN | (c->wants_out ? EPOLLOUT : 0), .data.ptr = c };
  epoll_ctl(ep, op, c->fd, &e);
}
static void close_conn(Conn *c, const char *why) {
  if (c->state == 'x') return;
  if (c->state != 'd') { failed++; fprintf(stderr, "queue: %s %d: %s\n", c->is_producer ? "producer" : "consumer", c->index, why); }
  c->state = 'x'; close(c->fd);
}
static void flush_out(Conn *c) {
  if (c->state == 'x' || c->state == 'c') return;
  size_t off = 0;
  while (off < c->out.size) {
    ssize_t k = send(c->fd, c->out.at + off, c->out.size - off, MSG_NOSIGNAL);
    if (k >= 0) { off += k; continue; }
    if (errno == EINTR) continue;
    if (errno == EAGAIN) break;
    close_conn(c, strerror(errno)); return;
  }
  if (off) drop(&c->out, off);
  int wants = c->out.size > 0;
  if (wants != c->wants_out) { c->wants_out = wants; watch(c, EPOLL_CTL_MOD); }
}
static void open_conn(Conn *c) {
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0); if (c->fd < 0) die("socket: raise ulimit -n");
  int one = 1; setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };
  if (inet_pton(AF_INET, host, &a.sin_addr) != 1) die("-H is an IPv4 address");
  c->state = 'c'; c->wants_out = 1;
  if (connect(c->fd, (void *)&a, sizeof a) < 0 && errno != EINPROGRESS) { close_conn(c, strerror(errno)); return; }
  watch(c, EPOLL_CTL_ADD);
}
static void log_in(Conn *c) {
  int e = 0; socklen_t l = sizeof e; getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &e, &l);
  if (e) { close_conn(c, strerror(e)); return; }
  c->state = 'l';
  put_words(c, "CONNECT\naccept-version:1.2\nhost:/\nlogin:guest\npasscode:guest\nheart-beat:0,0\n\n"); end_frame(c);
  flush_out(c);
}
static void subscribe(Conn *c) {
  c->state = 's';
  put_words(c, "SUBSCRIBE\nid:0\ndestination:%s\nack:client-individual\nprefetch-count:%d\nreceipt:s\n\n", destination, prefetch);
  end_frame(c);
}
static void disconnect(Conn *c) {
  if (c->state != 'r') return;
  c->state = 'd'; put_words(c, "DISCONNECT\nreceipt:d\n\n"); end_frame(c); flush_out(c);
}

/* the input from the server: frames, in any pieces */

typedef struct { char *command, *headers, *body; size_t command_size, headers_size, body_size; } Frame;

static int is(const char *text, size_t n, const char *word) { return n == strlen(word) && !memcmp(text, word, n); }
/* The header's first value, still escaped; null for none. */
static char *header(const Frame *f, const char *name, size_t *n) {
  size_t name_size = strlen(name);
  for (char *line = f->headers, *end = line + f->headers_size; line < end; ) {
    char *eol = memchr(line, '\n', end - line); size_t k = eol - line;
    if (k && eol[-1] == '\r') k--;
    if (k > name_size && line[name_size] == ':' && !memcmp(line, name, name_size)) { *n = k - name_size - 1; return line + name_size + 1; }
    line = eol + 1;
  }
  return 0;
}
static int64_t number(const char *p, size_t n) {
  int64_t v = 0;
  if (!n || n > 18) return -1;
  while (n--) { if (*p < '0' || *p > '9') return -1; v = v * 10 + (*p++ - '0'); }
  return v;
}
/* The bytes of the frame at b; 0 if it is incomplete, -1 if it breaks a rule. It must not begin with a line end. */
static ssize_t parse(char *b, size_t n, Frame *f) {
  char *end = b + n, *eol = memchr(b, '\n', n), *line;
  if (!eol) return 0;
  f->command = b; f->command_size = eol - b - (eol > b && eol[-1] == '\r'); f->headers = line = eol + 1;
  while ((eol = memchr(line, '\n', end - line)) && eol - line - (eol > line && eol[-1] == '\r')) line = eol + 1;
  if (!eol) return 0;
  f->headers_size = line - f->headers; f->body = eol + 1;
  size_t left = end - f->body, digits; char *length = header(f, "content-length", &digits);
  if (length) {
    int64_t told = number(length, digits);
    if (told < 0) return -1;
    if (left < (size_t)told + 1) return 0;
    if (f->body[told]) return -1;
    f->body_size = told;
  } else {
    char *nul = memchr(f->body, 0, left);
    if (!nul) return 0;
    f->body_size = nul - f->body;
  }
  return f->body + f->body_size + 1 - b;
}
static int hex(const char *p, int digits, uint64_t *v) {
  for (*v = 0; digits--; p++) {
    int x = *p >= '0' && *p <= '9' ? *p - '0' : *p >= 'a' && *p <= 'f' ? *p - 'a' + 10 : -1;
    if (x < 0) return 0;
    *v = *v << 4 | x;
  }
  return 1;
}
/* Whether this number of the producer comes for the first time. */
static int is_new(Conn *producer, uint64_t nr) {
  uint64_t word = nr / 64, bit = 1ull << nr % 64;
  if (word >= producer->seen_words) {
    uint64_t words = (word + 1) * 2;
    if (!(producer->seen = realloc(producer->seen, words * 8))) die("out of memory");
    memset(producer->seen + producer->seen_words, 0, (words - producer->seen_words) * 8); producer->seen_words = words;
  }
  int first = !(producer->seen[word] & bit); producer->seen[word] |= bit;
  return first;
}
static void on_message(Conn *c, const Frame *f, uint64_t t) {
  size_t n; char *ack = header(f, "ack", &n);
  if (!ack) { close_conn(c, "a MESSAGE without ack"); return; }
  put(c, "ACK\nid:", 7); put(c, ack, n); put(c, "\n\n", 3); /* with the NUL */
  uint64_t of, producer, nr, stamp; char *p = f->body;
  if (f->body_size < MARK_SIZE || memcmp(p, MARK, 2) || !hex(p + 2, 8, &of) || !hex(p + 10, 4, &producer) || !hex(p + 14, 8, &nr)
      || !hex(p + 22, 16, &stamp) || of != run || producer >= (uint64_t)producers || !nr || nr > conns[consumers + producer].sent) { foreign++; return; }
  char *again = header(f, "redelivered", &n);
  if (again && is(again, n, "true")) redelivered++;
  if (!is_new(&conns[consumers + producer], nr)) { duplicates++; return; }
  received++;
  if (!measuring) return;
  measured++;
  if (stamp >= measured_from) hist[bucket(t > stamp ? t - stamp : 0)]++;
}
static void on_receipt(Conn *c, const Frame *f) {
  size_t n; char *id = header(f, "receipt-id", &n);
  if (!id) { close_conn(c, "a RECEIPT without receipt-id"); return; }
  if (c->state == 's' && is(id, n, "s")) c->state = 'r';
  else if (c->state == 'd' && is(id, n, "d")) close_conn(c, "");
  else if (c->is_producer) { int64_t nr = number(id, n); if (nr > (int64_t)c->receipted) c->receipted = nr; }
}
static void on_error(Conn *c, const Frame *f) {
  size_t n; char *message = header(f, "message", &n), words[512];
  if (!message) n = 0;
  snprintf(words, sizeof words, "ERROR %.*s: %.*s", (int)(n > 200 ? 200 : n), message ? message : "", (int)(f->body_size > 200 ? 200 : f->body_size), f->body);
  if (c->state == 'd') c->state = 'r'; /* it is not a goodbye */
  close_conn(c, words);
}
static void on_frame(Conn *c, const Frame *f, uint64_t t) {
  if (is(f->command, f->command_size, "MESSAGE")) on_message(c, f, t);
  else if (is(f->command, f->command_size, "RECEIPT")) on_receipt(c, f);
  else if (is(f->command, f->command_size, "ERROR")) on_error(c, f);
  else if (is(f->command, f->command_size, "CONNECTED") && c->state == 'l') { if (c->is_producer) c->state = 'r'; else subscribe(c); }
  else close_conn(c, "an unexpected frame");
}
static void on_readable(Conn *c, uint64_t t) {
  reserve(&c->in, 1 << 18);
  ssize_t r = recv(c->fd, c->in.at + c->in.size, 1 << 18, 0);
  if (r < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (r <= 0) { close_conn(c, r ? strerror(errno) : "the server closed the connection"); return; }
  c->in.size += r;
  size_t off = 0;
  while (c->state != 'x' && off < c->in.size) {
    if (c->in.at[off] == '\n' || c->in.at[off] == '\r') { off++; continue; } /* heart-beats, and line ends after a frame */
    Frame f; ssize_t k = parse(c->in.at + off, c->in.size - off, &f);
    if (k < 0) { close_conn(c, "a frame that is none"); return; }
    if (!k) break;
    on_frame(c, &f, t); off += k;
  }
  drop(&c->in, off);
  flush_out(c);
}
/* Handles events, and waits for them at most this long. */
static void pump(uint64_t wait_ns) {
  static struct epoll_event ev[1024];
  struct pollfd any = { .fd = ep, .events = POLLIN }; struct timespec wait = { wait_ns / 1000000000, wait_ns % 1000000000 };
  ppoll(&any, 1, &wait, 0); /* epoll_wait's own timeout has whole milliseconds */
  int k = epoll_wait(ep, ev, 1024, 0); uint64_t t = now_ns();
  for (int i = 0; i < k; i++) {
    Conn *c = ev[i].data.ptr;
    if (c->state == 'c') { log_in(c); continue; }
    if (c->state != 'x' && ev[i].events & EPOLLOUT) flush_out(c);
    if (c->state != 'x' && ev[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) on_readable(c, t);
  }
}

/* the load */

static void produce(Conn *c, uint64_t stamp) {
  static char *body; char mark[MARK_SIZE + 1];
  if (!body) { body = malloc(size + 1); memset(body, 'x', size); body[size] = 0; }
  c->sent++; sent++;
  if (c->sent >> 32) die("too many messages for eight digits");
  snprintf(mark, sizeof mark, MARK "%08x%04x%08llx%016llx", run, c->index - consumers, (ull)c->sent, (ull)stamp);
  memcpy(body, mark, MARK_SIZE);
  put_words(c, "SEND\ndestination:%s\ncontent-type:text/plain\ncontent-length:%d\n%s", destination, size, more_headers);
  if (c->sent % receipt_each == 0) put_words(c, "receipt:%llu\n", (ull)c->sent);
  put(c, "\n", 1); put(c, body, size + 1);
}
static int may_send(const Conn *c) { return c->state == 'r' && c->sent < c->receipted + window && sent < received + backlog; }
/* The time of the producer's next message; the producers take turns. */
static uint64_t due(const Conn *c, uint64_t begin) { return begin + (uint64_t)((c->sent * (double)producers + c->index - consumers) / rate * 1e9); }

/* Sends what may be sent; returns the time until the next message, unless something is received before. */
static uint64_t produce_all(uint64_t begin) {
  uint64_t t = now_ns(), next = t + 2000000;
  for (int i = consumers; i < nconn; i++) {
    Conn *c = &conns[i]; int any = 0;
    if (rate > 0) {
      while (may_send(c) && due(c, begin) <= t) { produce(c, due(c, begin)); any = 1; }
      if (may_send(c) && due(c, begin) < next) next = due(c, begin);
    } else for (int k = window; k-- && may_send(c); any = 1) produce(c, now_ns());
    if (any) flush_out(c);
  }
  uint64_t now = now_ns();
  return next > now ? next - now : 0;
}
static int all(int from, int to, char state) { for (int i = from; i < to; i++) if (conns[i].state != state) return 0; return 1; }
/* Opens these connections, and returns when all are ready. */
static void open_all(int from, int to) {
  for (int i = from; i < to; i++) open_conn(&conns[i]);
  for (uint64_t until = now_ns() + 30000000000ull; !all(from, to, 'r') && !failed; pump(5000000)) if (now_ns() > until) die("not all connections are ready after 30 s");
  if (failed) exit(1);
}
int main(int argc, char **argv) {
  int o; size_t l;
  while ((o = getopt(argc, argv, "H:p:d:m:n:s:t:u:a:w:c:b:r:x:P:l:")) != -1) switch (o) {
    case 'H': host = optarg; break; case 'p': port = atoi(optarg); break; case 'd': destination = optarg; break;
    case 'm': producers = atoi(optarg); break; case 'n': consumers = atoi(optarg); break; case 's': size = atoi(optarg); break;
    case 't': secs = atof(optarg); break; case 'u': warm = atof(optarg); break; case 'a': receipt_each = atoi(optarg); break;
    case 'w': window = atoi(optarg); break; case 'c': prefetch = atoi(optarg); break; case 'b': backlog = atoi(optarg); break;
    case 'r': rate = atof(optarg); break; case 'P': pids = optarg; break; case 'l': label = optarg; break;
    case 'x': l = strlen(more_headers); if (l + strlen(optarg) + 2 > sizeof more_headers) die("too many headers"); sprintf(more_headers + l, "%s\n", optarg); break;
    default: return 2; }
  if (!port) die("-p is needed");
  if (producers < 1 || producers > 65535 || consumers < 1 || receipt_each < 1 || window < receipt_each || prefetch < 1 || backlog < 1) die("a number is out of bounds");
  if (size < MARK_SIZE) size = MARK_SIZE;
  run = (unsigned)now_ns() ^ (unsigned)getpid() << 16;
  nconn = consumers + producers; conns = calloc(nconn, sizeof *conns); ep = epoll_create1(0);
  for (int i = 0; i < nconn; i++) { conns[i].index = i; conns[i].is_producer = i >= consumers; }
  uint64_t t0 = now_ns(); open_all(0, consumers); open_all(consumers, nconn);
  double setup = (now_ns() - t0) / 1e9, cpu = 0, rss;
  fprintf(stderr, "queue: ready\n");

  uint64_t begin = now_ns(), from = begin + (uint64_t)(warm * 1e9), to = from + (uint64_t)(secs * 1e9);
  while (!failed) {
    uint64_t t = now_ns();
    if (!measuring && t >= from) { measuring = 1; measured_from = from = t; to = t + (uint64_t)(secs * 1e9); cpu = server_cpu(pids, &rss); }
    if (t >= to) break;
    pump(produce_all(begin));
  }
  if (!measuring) return 1;
  double seconds = (now_ns() - from) / 1e9; cpu = server_cpu(pids, &rss) - cpu; measuring = 0;

  /* waits for messages on their way and for duplicates; then the rest counts as lost */
  for (uint64_t quiet = now_ns(), last = received; !failed && received < sent && now_ns() - quiet < QUIET_NS; pump(10000000)) if (received != last) { last = received; quiet = now_ns(); }
  for (uint64_t until = now_ns() + 200000000; now_ns() < until; ) pump(10000000);
  for (int i = 0; i < nconn; i++) disconnect(&conns[i]);
  for (uint64_t until = now_ns() + QUIET_NS; !all(0, nconn, 'x') && now_ns() < until; ) pump(10000000);
  if (!all(0, nconn, 'x')) fprintf(stderr, "queue: no RECEIPT of a DISCONNECT\n");

  printf("{\"label\":\"%s\",\"mode\":\"queue\",\"producers\":%d,\"consumers\":%d,\"size\":%d,\"seconds\":%.2f,\"setup_s\":%.2f,\"messages\":%llu,\"per_s\":%.0f,\"server_cpu_us_per_delivery\":%.3f,\"server_cpu_pct\":%.0f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"p999_ms\":%.3f,\"rss_mb\":%.1f,\"sent\":%llu,\"received\":%llu,\"lost\":%llu,\"duplicates\":%llu,\"redelivered\":%llu,\"foreign\":%llu,\"dead\":%d}\n",
         label, producers, consumers, size, seconds, setup, (ull)measured, measured / seconds, measured ? cpu / measured * 1e6 : 0.0, cpu / seconds * 100, quantile(.5), quantile(.99), quantile(.999), rss / 1048576, (ull)sent, (ull)received, (ull)(sent - received), (ull)duplicates, (ull)redelivered, (ull)foreign, failed);
  return !failed && measured ? 0 : 1;
}
