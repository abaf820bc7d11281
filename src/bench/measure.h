/* measure: the shared code of the load programs: the clock, a histogram of times, and the CPU time and memory of servers.
 * Each program includes it once, and is built from its own file alone. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static uint64_t hist[64 * 16]; /* nanoseconds, 16 steps for each power of two */

static uint64_t now_ns(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000000000ull + t.tv_nsec; }
static int bucket(uint64_t v) { if (v < 16) return v; int e = 63 - __builtin_clzll(v); return (e - 3) * 16 + ((v >> (e - 4)) & 15); }
static double bucket_mid(int b) { if (b < 16) return b; int e = b / 16 + 3; return (double)((1ull << e) + ((uint64_t)(b & 15) << (e - 4)) + (1ull << (e - 4)) / 2); }
static double quantile(double q) { uint64_t tot = 0, c = 0; for (int i = 0; i < 1024; i++) tot += hist[i]; for (int i = 0; i < 1024; i++) { c += hist[i]; if (c && c >= q * tot) return bucket_mid(i) / 1e6; } return 0; }

/* the user and system time of processes in seconds, and their resident memory in bytes; pids has commas between the ids */
static double server_cpu(const char *pids, double *rss) {
  double cpu = 0; *rss = 0; char tmp[512]; snprintf(tmp, sizeof tmp, "%s", pids);
  for (char *p = strtok(tmp, ","); p; p = strtok(0, ",")) {
    char f[64], line[4096]; snprintf(f, sizeof f, "/proc/%s/stat", p); FILE *h = fopen(f, "r"); if (!h) continue;
    if (fgets(line, sizeof line, h)) { char *q = strrchr(line, ')'); unsigned long u, s; long r; if (q && sscanf(q + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %*d %*d %*d %*d %*d %*d %*u %*u %ld", &u, &s, &r) == 3) { cpu += (u + s) / (double)sysconf(_SC_CLK_TCK); *rss += r * 4096.0; } }
    fclose(h);
  }
  return cpu;
}
