#include "driver/commands/commands.h"
#include "driver/output.h"
#include "interface/descriptor.h"
#include "optimize/ranges.h"
#include <filesystem>
#include <iostream>

namespace deal::driver {
namespace fs = std::filesystem;

namespace {

// To stdout, or where `-o` says.
int text(const BuildOptions &o, const std::string &all) {
  if (o.output.empty() || o.output == "-") std::cout << all;
  else write_all({{o.output, all}}, {o.file});
  return 0;
}

int listing(const BuildOptions &o, const auto &functions) {
  std::string all;
  for (auto &f : functions)
    if (!f.traced) all += ir::print(f) + "\n";
  return text(o, all);
}

int ranges(const BuildOptions &o, const Subject &subject, const lower::Request &whole) {
  auto module = lower::lower(subject.model(), whole);
  auto known = interface::flags_of(module.interface);
  std::string all;
  for (auto &f : module.functions)
    if (!f.traced && f.shape == ir::Shape::term) all += optimize::ranges(f, known) + "\n";
  return text(o, all);
}

int write_library(const BuildOptions &o, const Output &library, const std::string &header, const std::string &descriptor) {
  auto beside = [&](const char *ending) { return fs::path(library.path).replace_extension(ending); };
  write_all({library, {beside(".h"), header}, {beside(".json"), descriptor}}, {o.file});
  return 0;
}

} // namespace

int build_command(const BuildOptions &o) {
  auto subject = open_subject(o.file);
  if (subject.library) throw Stop{fmt::format("`{}` is compiled already", o.file)};
  bool to_stdout = o.output == "-";
  if (to_stdout && o.emit == "so") throw Stop{"`-o -`: a library comes with a header and a descriptor beside it; name a file"};
  lower::Request whole;
  whole.sources = &subject.program.sources;
  whole.columns = o.level > 2;
  if (o.emit == "exact-ir") return listing(o, lower::lower(subject.model(), whole).functions);
  if (o.emit == "ranges") return ranges(o, subject, whole);
  auto made = machine_code(subject.model(), whole);
  if (!made) throw Stop{made.error(), 1};
  auto &machine = *made;
  auto described = interface::descriptor(machine.interface, {{fs::path(o.file).filename().string(), codegen::sha256(subject.program.sources[0].text())}});
  auto emit = machine.options(o.level, described);
  if (o.instructions != "all") emit.instructions = {o.instructions.back() - '2'};
  if (o.emit == "machine-ir") return listing(o, machine.functions);
  auto header = interface::header(machine.interface);
  if (o.emit == "header") return text(o, header);
  if (o.emit == "llvm-ir") return text(o, codegen::emit_as(codegen::Form::llvm_ir, machine.functions, emit));
  if (o.emit == "asm") return text(o, codegen::emit_as(codegen::Form::assembly, machine.functions, emit));
  fs::path out = o.output;
  auto ending = o.emit == "so" ? ".so" : o.emit == "object" ? ".o" : ".json";
  if (out.empty()) out = fs::path(o.file).filename().replace_extension(ending);
  BuildOptions placed = o;
  placed.output = out.string();
  if (o.emit == "descriptor") return text(placed, described);
  auto objects = codegen::emit_objects(machine.functions, emit);
  auto linked = o.emit == "object" ? codegen::link_object(objects) : codegen::link_shared(objects);
  if (!linked) throw Stop{linked.error()};
  if (o.emit == "object") return text(placed, *linked);
  return write_library(o, {out, *linked}, header, described);
}

} // namespace deal::driver
