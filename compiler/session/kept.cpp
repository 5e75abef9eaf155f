// Code by its content.
#include "session/session.h"

namespace deal::session {
namespace {

void append(std::string &to, const Integer &n) { to += n.str(16) + ";"; }
void append(std::string &to, std::size_t n) { to.append(reinterpret_cast<const char *>(&n), sizeof n); }
void append(std::string &to, const Location &l) {
  append(to, static_cast<std::size_t>(l.region) << 40 | static_cast<std::size_t>(l.elem) << 32 | l.offset);
}

// All that the code of a function follows from.
void append(std::string &to, const ir::MachineFunction &f) {
  to += f.symbol + ";";
  append(to, static_cast<std::size_t>(f.shape) << 2 | static_cast<std::size_t>(f.guarded) << 1 | f.traced);
  append(to, f.copied);
  for (auto &s : f.sheets) {
    for (auto place : s.wanted) append(to, place);
    to += ";";
    for (auto choice : s.readings) append(to, choice);
    to += ";";
  }
  append(to, f.values.size());
  for (auto &v : f.values) {
    append(to, static_cast<std::size_t>(v.op) << 48 | static_cast<std::size_t>(v.mode) << 40 | static_cast<std::size_t>(v.call) << 32 |
                   static_cast<std::size_t>(v.width));
    append(to, v.operands.size());
    for (auto o : v.operands) append(to, static_cast<std::size_t>(o.index));
    append(to, v.at);
    append(to, v.number);
    append(to, v.factors);
    append(to, v.up), append(to, v.down);
  }
  append(to, f.stores.size());
  for (auto &s : f.stores) append(to, s.at), append(to, static_cast<std::size_t>(s.value.index));
  append(to, static_cast<std::size_t>(f.result.index));
}

} // namespace

Result<interface::Loaded> Kept::load(const Machine &machine, int level) {
  std::map<std::string, std::vector<ir::MachineFunction>> units; // a function and its twin
  for (auto &f : machine.functions) {
    auto name = f.symbol;
    if (f.traced && name.ends_with("_traced")) name.resize(name.size() - 7);
    // What is computed once for a question stands in one table, beside all that fill frames from it.
    bool shares = f.shape == ir::Shape::definition || !f.sheets.empty();
    units[shares ? std::string() : name].push_back(f);
  }
  auto alias_of = [&](const ir::MachineFunction &f) {
    auto at = machine.aliases.find(f.symbol);
    return at == machine.aliases.end() ? std::string() : at->second;
  };
  std::unordered_map<std::string, interface::Loaded> by_symbol;
  codegen::EmitOptions options;
  options.level = level, options.prefix = machine.interface.prefix, options.instructions = {codegen::instructions_here()};
  options.layout = machine.interface.layout;
  for (auto &[name, functions] : units) {
    std::string key(1, static_cast<char>(level));
    append(key, static_cast<std::size_t>(options.layout));
    options.aliases.clear();
    options.definitions.clear();
    if (name.empty()) options.definitions = machine.definitions;
    for (auto &f : functions) {
      append(key, f);
      key += alias_of(f) + ";";
      if (!alias_of(f).empty()) options.aliases[f.symbol] = alias_of(f);
    }
    auto at = code_.find(key);
    if (at == code_.end()) {
      auto loaded = codegen::load_jit(functions, options);
      if (!loaded) return Failure{loaded.error()};
      at = code_.emplace(std::move(key), std::move(*loaded)).first;
      ++compiled_;
    } else ++reused_;
    for (auto &f : functions) by_symbol.emplace(f.symbol, at->second), by_symbol.emplace(alias_of(f), at->second);
  }
  return interface::Loaded{[by_symbol](const std::string &symbol) {
                           auto found = by_symbol.find(symbol);
                           return found == by_symbol.end() ? nullptr : found->second.symbol(symbol);
                         },
                         nullptr};
}

} // namespace deal::session
