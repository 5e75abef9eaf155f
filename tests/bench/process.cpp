#include "process.h"
#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace deal::bench {
namespace {

pid_t start(const std::vector<std::string> &words, const posix_spawn_file_actions_t &files) {
  std::vector<char *> argv;
  for (auto &w : words) argv.push_back(const_cast<char *>(w.c_str()));
  argv.push_back(nullptr);
  pid_t child = -1;
  return posix_spawnp(&child, argv[0], &files, nullptr, argv.data(), environ) == 0 ? child : -1;
}

} // namespace

int command(const std::vector<std::string> &words, const std::string &out) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 1, out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
  posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
  auto child = start(words, files);
  posix_spawn_file_actions_destroy(&files);
  int status = 0;
  if (child < 0) return -1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

double seconds(const std::vector<std::string> &words, int times) {
  std::vector<double> all;
  for (int k = 0; k < times; ++k) {
    auto from = now();
    if (command(words) != 0) stop("a command failed: " + words[0] + " " + words[1]);
    all.push_back(now() - from);
  }
  return median(all);
}

Peer::Peer(const std::vector<std::string> &words) {
  std::signal(SIGPIPE, SIG_IGN);
  int in[2], out[2];
  if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) stop("no pipe");
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, in[0], 0);
  posix_spawn_file_actions_adddup2(&files, out[1], 1);
  child_ = start(words, files);
  posix_spawn_file_actions_destroy(&files);
  close(in[0]), close(out[1]);
  to_ = fdopen(in[1], "w"), from_ = fdopen(out[0], "r");
}

Peer::~Peer() {
  fclose(to_), fclose(from_);
  if (child_ > 0) waitpid(child_, nullptr, 0);
}

std::string Peer::ask(const std::string &word) {
  std::fputs((word + "\n").c_str(), to_);
  std::fflush(to_);
  char line[4096] = {};
  if (!std::fgets(line, sizeof line, from_)) return {};
  std::string out = line;
  while (!out.empty() && out.back() == '\n') out.pop_back();
  return out;
}

} // namespace deal::bench
