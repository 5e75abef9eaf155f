#include "codegen/kernels.h"
#include "codegen/kernel.h"
#include <fmt/format.h>
#include <llvm/Transforms/Utils/ModuleUtils.h>
#include <set>

namespace deal::codegen {

using namespace ir;

namespace {

// The inputs that a term reads; none where it reads what cannot come as a column. Parameters may also stay in their struct.
std::optional<std::set<std::uint32_t>> uses(const BatchTerm &t, const std::vector<Input> &inputs, bool varying) {
  if (!t.row) return std::nullopt;
  std::set<std::uint32_t> out;
  for (auto &v : t.row->values) {
    if ((v.op != MachineOp::load && v.op != MachineOp::flag) || v.at.region == Region::readings) continue;
    auto stays = v.at.region == Region::parameters && !varying;
    auto at = std::find_if(inputs.begin(), inputs.end(),
                           [&](auto &in) { return in.region == v.at.region && (in.offset == v.at.offset || in.known == v.at.offset); });
    if (at != inputs.end() && (stays || at->size <= 8)) out.insert(static_cast<std::uint32_t>(at - inputs.begin()));
    else if (!stays) return std::nullopt;
  }
  return out;
}
bool reads_parameters(const BatchTerm &t) {
  return std::any_of(t.row->values.begin(), t.row->values.end(),
                     [](auto &v) { return (v.op == MachineOp::load || v.op == MachineOp::flag) && v.at.region == Region::parameters; });
}
// Where no value may be missing, what is masked is what is not.
bool may_miss(const BatchTerm &t) {
  return std::any_of(t.row->values.begin(), t.row->values.end(), [](auto &v) {
    return (v.op == MachineOp::load || v.op == MachineOp::flag) && (v.at.region == Region::parameters || v.at.region == Region::facts);
  });
}
const MachineFunction *lanes_of(const BatchTerm &t, bool masked) { return masked ? t.masked : t.known; }

// A term, or terms that share what they have in common where all of them are wanted.
using Terms = std::vector<const BatchTerm *>;

// Kernels are named after their first term; a point keeps the names apart from every term's.
std::string row_symbol(const BatchTerm &t, bool varying) { return t.symbol + (varying && reads_parameters(t) ? ".rows.varying" : ".rows"); }
std::string kernel_symbol(const Terms &terms, Kernel::Form form, const Instructions &set) {
  form.varying &= reads_parameters(*terms[0]);
  form.masked &= terms.size() > 1 || may_miss(*terms[0]);
  return fmt::format("{}{}{}.{}.{}", terms[0]->symbol, terms.size() > 1 ? ".shared" : "", form.varying ? ".varying" : "",
                     form.masked ? "nulls" : "known", set.word);
}
bool has(const Terms &terms, const EmitOptions &o, Kernel::Form form) {
  if (terms.size() > 1 && form.varying) return false; // rare, and each form is another of code
  return std::all_of(terms.begin(), terms.end(), [&](auto *t) { return lanes_of(*t, form.masked) && uses(*t, o.inputs, form.varying); });
}

std::vector<const MachineFunction *> functions(const Terms &terms, bool masked) {
  std::vector<const MachineFunction *> out;
  for (auto *t : terms) out.push_back(lanes_of(*t, masked));
  return out;
}

// Each term by itself, then those that share.
std::vector<Terms> sets_of(const EmitOptions &o) {
  std::vector<Terms> out;
  for (auto &t : o.batches) out.push_back({&t});
  for (auto &shared : o.shared) {
    out.emplace_back();
    for (auto t : shared) out.back().push_back(&o.batches[t]);
  }
  return out;
}

} // namespace

bool wanted(const EmitOptions &o, std::size_t set) {
  return std::find(o.instructions.begin(), o.instructions.end(), static_cast<int>(set)) != o.instructions.end();
}

llvm::Constant *function_of(llvm::Module &module, const std::string &symbol, bool hidden) {
  if (auto *f = module.getFunction(symbol)) return f;
  auto *f = llvm::Function::Create(llvm::FunctionType::get(llvm::Type::getInt64Ty(module.getContext()), false), llvm::Function::ExternalLinkage,
                                   symbol, module);
  if (hidden) f->setVisibility(llvm::GlobalValue::HiddenVisibility);
  return f;
}

void emit_kernels(llvm::Module &module, const std::set<std::string> &own, const EmitOptions &o) {
  Kernel kernel(module, o.inputs);
  for (auto &terms : sets_of(o)) {
    if (!own.count(terms[0]->symbol)) continue;
    auto fresh = [&](const std::string &symbol) { // where no parameter is read, or nothing can be missing, forms are one
      auto *f = module.getFunction(symbol);
      return !f || f->isDeclaration();
    };
    for (bool varying : {false, true}) {
      if (terms.size() == 1 && uses(*terms[0], o.inputs, varying) && fresh(row_symbol(*terms[0], varying)))
        kernel.make({terms[0]->row}, row, row_symbol(*terms[0], varying), {false, varying});
      for (bool masked : {false, true}) {
        Kernel::Form form{masked, varying};
        if (!has(terms, o, form)) continue;
        for (std::size_t s = 0; s < std::size(sets); ++s)
          if (auto symbol = kernel_symbol(terms, form, sets[s]); wanted(o, s) && fresh(symbol))
            kernel.make(functions(terms, masked), sets[s], symbol, form);
      }
    }
  }
}

void emit_tables(llvm::Module &module, const EmitOptions &o) {
  auto &context = module.getContext();
  llvm::IRBuilder<> b(context);
  auto *i32 = b.getInt32Ty();
  auto *i64 = b.getInt64Ty();
  auto *ptr = b.getPtrTy();
  auto *none = llvm::ConstantPointerNull::get(ptr);
  auto table = [&](llvm::Constant *init) -> llvm::Constant * {
    return new llvm::GlobalVariable(module, init->getType(), true, llvm::GlobalValue::PrivateLinkage, init);
  };
  auto array = [&](llvm::Type *t, const std::vector<llvm::Constant *> &all) {
    return table(llvm::ConstantArray::get(llvm::ArrayType::get(t, all.size()), all));
  };
  static constexpr std::uint32_t region_numbers[] = {0, 1, 0, 2, 0, 0, 3};
  std::vector<std::uint32_t> inputs;
  std::uint32_t slots[4] = {};
  for (auto &in : o.inputs) {
    auto region = region_numbers[static_cast<std::size_t>(in.region)];
    inputs.insert(inputs.end(), {region, slots[region]++, in.size, in.offset, in.known.value_or(UINT32_MAX)});
  }
  auto *plan_type = llvm::StructType::get(context, {ptr, llvm::ArrayType::get(ptr, 2), ptr, i32, i32, i32});
  auto *set_type = llvm::StructType::get(context, {llvm::ArrayType::get(ptr, 12), ptr, i32, i32});
  std::vector<llvm::Constant *> plans, all_sets;
  auto function = [&](const std::string &symbol, bool hidden) { return function_of(module, symbol, hidden); };
  auto count = [&](std::size_t n) { return b.getInt32(static_cast<std::uint32_t>(n)); };
  auto pointers = [&](const std::vector<llvm::Constant *> &all) { return llvm::ConstantArray::get(llvm::ArrayType::get(ptr, all.size()), all); };
  auto indexes = [&](const auto &all) {
    std::vector<llvm::Constant *> numbers;
    for (auto k : all) numbers.push_back(llvm::ConstantInt::get(i32, k));
    return numbers.empty() ? static_cast<llvm::Constant *>(none) : array(i32, numbers);
  };
  for (auto &t : o.batches) {
    std::vector<llvm::Constant *> rows(2, none);
    std::uint32_t infallible = 0;
    for (bool varying : {false, true})
      if (uses(t, o.inputs, varying)) rows[varying] = function(row_symbol(t, varying), true);
    for (bool masked : {false, true})
      if (auto *f = lanes_of(t, masked)) infallible |= static_cast<std::uint32_t>(Kernel::infallible(*f)) << masked;
    auto read = uses(t, o.inputs, false).value_or(std::set<std::uint32_t>{});
    plans.push_back(llvm::ConstantStruct::get(
        plan_type, {function(t.symbol, false), pointers(rows), indexes(read), count(read.size()), b.getInt32(t.value_size), b.getInt32(infallible)}));
  }
  for (auto &terms : sets_of(o)) {
    std::vector<llvm::Constant *> kernels(12, none);
    std::vector<std::size_t> members;
    unsigned lanes = 1;
    for (auto *t : terms) members.push_back(static_cast<std::size_t>(t - o.batches.data()));
    for (bool varying : {false, true})
      for (bool masked : {false, true}) {
        if (!has(terms, o, {masked, varying})) continue;
        lanes = std::max(lanes, Kernel::lanes(functions(terms, masked), sets[2]));
        llvm::Constant *made = none; // a set that is left out is served by the one below
        for (std::size_t s = 0; s < std::size(sets); ++s) {
          if (wanted(o, s)) made = function(kernel_symbol(terms, {masked, varying}, sets[s]), true);
          kernels[(varying * std::size(sets) + s) * 2 + masked] = made;
        }
      }
    all_sets.push_back(llvm::ConstantStruct::get(set_type, {pointers(kernels), indexes(members), count(members.size()), b.getInt32(lanes)}));
  }
  auto *terms = array(plan_type, plans);
  auto *sets_at = array(set_type, all_sets);
  auto *input_table = inputs.empty() ? static_cast<llvm::Constant *>(none) : table(llvm::ConstantDataArray::get(context, inputs));
  std::uint32_t structs = 0;
  std::vector<std::uint32_t> sizes;
  for (auto size : o.sizes) sizes.push_back(size), structs += size;
  auto *init = llvm::ConstantStruct::getAnon({input_table, terms, sets_at, count(o.inputs.size()), count(plans.size()), count(all_sets.size()),
                                                   b.getInt32(sizes[0]), b.getInt32(sizes[1]), b.getInt32(sizes[2]),
                                                   b.getInt64(static_cast<std::uint64_t>(o.layout))});
  auto bytes = [&](llvm::Type *t) { return module.getDataLayout().getTypeAllocSize(t); };
  DEAL_CHECK(bytes(init->getType()) == sizeof(deal_plans) && bytes(plan_type) == sizeof(deal_plan) && bytes(set_type) == sizeof(deal_set),
             "the plans are not those of runtime/batch.h");
  auto *all = table(init);
  auto scratch = deal_scratch_size(o.inputs.size(), plans.size(), structs);
  auto run = module.getOrInsertFunction("deal_run_batch", llvm::FunctionType::get(i64, {ptr, ptr, i32, i32, ptr, ptr}, false));
  auto entry = [&](const std::string &symbol, bool one) {
    std::vector<llvm::Type *> arguments{ptr, ptr};
    if (one) arguments.push_back(i32); // which term
    auto *fn = llvm::Function::Create(llvm::FunctionType::get(i64, arguments, false), llvm::Function::ExternalLinkage, symbol, module);
    fn->addFnAttr(llvm::Attribute::NoUnwind);
    fn->addFnAttr("no-builtins");
    fn->addFnAttr("target-cpu", target.row.cpu);
    b.SetInsertPoint(llvm::BasicBlock::Create(context, "", fn));
    auto *room = b.CreateAlloca(llvm::ArrayType::get(b.getInt8Ty(), scratch));
    room->setAlignment(llvm::Align(64));
    llvm::Value *first = one ? static_cast<llvm::Value *>(fn->getArg(2)) : count(0);
    b.CreateRet(b.CreateCall(run, {fn->getArg(0), all, first, count(one ? 1 : plans.size()), fn->getArg(1), room}));
    return fn;
  };
  entry(o.prefix + "_batch", false);
  // The entries of single terms, for those who link with the library: as thousands of functions they would take a fifth of its making.
  if (!o.exported) return;
  auto one = o.prefix + ".batch";
  entry(one, true)->setVisibility(llvm::GlobalValue::HiddenVisibility);
  std::string text;
  for (std::size_t t = 0; t < plans.size(); ++t) text += target.thin_entry(o.batches[t].symbol + "_batch", t, one);
  module.appendModuleInlineAsm(".text\n.p2align 4\n" + text);
}

void emit_choice(llvm::Module &module, const EmitOptions &o) {
  llvm::IRBuilder<> b(module.getContext());
  auto *nothing = llvm::FunctionType::get(b.getVoidTy(), {}, false);
  auto *loaded = llvm::Function::Create(nothing, llvm::Function::InternalLinkage, o.prefix + "_loaded", module);
  b.SetInsertPoint(llvm::BasicBlock::Create(module.getContext(), "", loaded));
  b.CreateCall(module.getOrInsertFunction("deal_choose_instructions", nothing));
  b.CreateRetVoid();
  llvm::appendToGlobalCtors(module, loaded, 0);
}

} // namespace deal::codegen
