// The whole compiler on one screen: text → tree → model → exact IR → machine IR → code.
#pragma once
#include "check/check.h"
#include "codegen/artifact.h"
#include "host/instance.h"
#include "lower/lower.h"
#include <unordered_map>

namespace deal::session {

// A file with all that could be read of it; whether it is free of mistakes, the sink says.
struct Compiled {
  check::Program program;
};
Compiled compile(Source, Sink &);

struct Machine {
  interface::Interface interface;
  std::vector<ir::MachineFunction> functions;
  std::map<std::string, std::string> aliases;
  // Of a term: its function's place, its own among the terms; the forms for many rows, where they are wanted and it has them.
  struct Columns {
    std::size_t row, term;
    bool wanted;
    std::optional<ir::MachineFunction> known, masked;
  };
  std::vector<Columns> columns;
  struct Run {
    std::string step;
    std::optional<ir::MachineFunction> rows; // none where it has no form in columns
  };
  std::vector<Run> runs;
  bool ledgers; // whether there are steps to make entries over ledgers of
  std::vector<codegen::EmitOptions::Definition> definitions;

  codegen::EmitOptions options(int level, std::string descriptor = {}) const;
};
// Fails where a value needs more than 256 bits that the rule of ranges did not foresee.
Result<Machine> machine_code(const check::Model &, const lower::Request &);

// Code that is ready to be called, with what is needed to call it.
struct Running {
  interface::Interface interface;
  interface::Loaded loaded;
  host::Code code;
};
// Code by its content: a machine function, with its traced twin, that is the same as one before is not compiled again. For what is asked one by
// one; a whole evaluator is made at once.
class Kept {
public:
  Result<interface::Loaded> load(const Machine &, int level);
  std::size_t compiled() const { return compiled_; }
  std::size_t reused() const { return reused_; }

private:
  std::unordered_map<std::string, interface::Loaded> code_;
  std::size_t compiled_ = 0, reused_ = 0;
};

Result<std::unique_ptr<Running>> run_here(const check::Model &, const lower::Request &, int level, Kept * = nullptr);

} // namespace deal::session
