// One function for each command; each returns the exit code or throws Stop.
#pragma once
#include "session/subject.h"

namespace deal::driver {

using namespace session;

int check_command(const std::vector<std::string> &files, bool tree);

struct BuildOptions {
  std::string file, output, emit = "so", instructions = "all";
  int level = 2;
};
int build_command(const BuildOptions &);

struct MigrateOptions {
  std::string older, newer, state, output;
};
int migrate_command(const MigrateOptions &);

struct EvalOptions {
  std::string file, format = "text";
  std::vector<std::string> questions;
  Given given;
  bool explain = false;
  std::string rows;     // a table: the questions are put to each of its rows
  unsigned threads = 0; // 0: one for each core
};
int eval_command(const EvalOptions &);
int rows_command(const EvalOptions &);

struct RunOptions {
  std::string file, format = "text";
  std::string portfolio; // the column that names the deal of each row
  unsigned threads = 0;  // 0: one for each core
  bool wide = false;     // one table, however wide
  Given given;
};
int run_command(const RunOptions &);

int test_command(const std::vector<std::string> &paths);
int describe_command(const std::string &file, bool abi);
int explain_command(const std::string &code);
int timeline_command(const std::string &file, const Given &);
int repl_command(const std::string &file);

} // namespace deal::driver
