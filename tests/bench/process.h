// Other programs: whole commands, and peers that answer line by line.
#pragma once
#include "table.h"
#include <cstdio>
#include <sys/types.h>

namespace deal::bench {

// The exit status; -1 where it does not start. What it prints goes to `out`.
int command(const std::vector<std::string> &words, const std::string &out = "/dev/null");
double seconds(const std::vector<std::string> &words, int times); // the median

// A process that answers each line it is told with one: `run` does its work once, `sums` says what came out.
class Peer {
public:
  explicit Peer(const std::vector<std::string> &words);
  ~Peer();
  Peer(const Peer &) = delete;
  Peer &operator=(const Peer &) = delete;
  std::string ask(const std::string &word); // empty where it has ended

private:
  pid_t child_ = -1;
  FILE *to_, *from_;
};

} // namespace deal::bench
