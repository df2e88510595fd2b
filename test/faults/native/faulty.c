/*
 * What a machine can do to a program from below, switched on and off while the program runs: each switch is a file in
 * the folder that TIDINGS_FAULTS names. Compiled and preloaded by native.ts, on Linux only.
 *
 *   slow-disk   every flush to disk takes half a second longer
 *   no-names    no host name can be resolved; addresses go on working
 *   no-ipv4     there is no way to any IPv4 address, but to what this program itself listens on
 *   no-ports    no port of the machine's choice can be had on 127.0.0.1
 *   lossy       the kernel drops every tenth packet, by chance, that arrives at sockets made from now on
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <linux/filter.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int is_on(const char *fault) {
  const char *folder = getenv("TIDINGS_FAULTS");
  char path[4096];
  int before = errno, found;
  if (folder == NULL) return 0;
  snprintf(path, sizeof path, "%s/%s", folder, fault);
  found = access(path, F_OK) == 0;
  errno = before;
  return found;
}

static void linger(void) {
  struct timespec half = {0, 500000000};
  if (is_on("slow-disk")) nanosleep(&half, NULL);
}
int fsync(int fd) { linger(); return REAL(fsync)(fd); }
int fdatasync(int fd) { linger(); return REAL(fdatasync)(fd); }

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
  unsigned char address[sizeof(struct in6_addr)];
  int is_name = node != NULL && inet_pton(AF_INET, node, address) != 1 && inet_pton(AF_INET6, node, address) != 1;
  if (is_name && is_on("no-names")) return EAI_AGAIN;
  return REAL(getaddrinfo)(node, service, hints, found);
}

static unsigned char ours[65536];

int listen(int fd, int backlog) {
  struct sockaddr_in bound;
  socklen_t size = sizeof bound;
  int result = REAL(listen)(fd, backlog);
  if (result == 0 && getsockname(fd, (struct sockaddr *)&bound, &size) == 0 && bound.sin_family == AF_INET)
    ours[ntohs(bound.sin_port)] = 1;
  return result;
}

int connect(int fd, const struct sockaddr *to, socklen_t size) {
  if (to->sa_family == AF_INET && !ours[ntohs(((const struct sockaddr_in *)to)->sin_port)] && is_on("no-ipv4")) {
    errno = ENETUNREACH;
    return -1;
  }
  return REAL(connect)(fd, to, size);
}

int bind(int fd, const struct sockaddr *to, socklen_t size) {
  if (to->sa_family == AF_INET && ((const struct sockaddr_in *)to)->sin_port == 0 && is_on("no-ports")) {
    errno = EADDRINUSE;
    return -1;
  }
  return REAL(bind)(fd, to, size);
}

int socket(int domain, int type, int protocol) {
  struct sock_filter steps[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, SKF_AD_OFF + SKF_AD_RANDOM),
      BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, 10),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, 0),
      BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
  };
  struct sock_fprog program = {sizeof steps / sizeof steps[0], steps};
  int fd = REAL(socket)(domain, type, protocol);
  if (fd >= 0 && (domain == AF_INET || domain == AF_INET6) && is_on("lossy"))
    setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
  return fd;
}
