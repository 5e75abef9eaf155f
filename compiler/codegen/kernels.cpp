#include "codegen/kernels.h"
#include "codegen/kernel.h"
#include <fmt/format.h>
#include <llvm/Transforms/Utils/ModuleUtils.h>
#include <set>

namespace deal::codegen {

using namespace ir;

namespace {

// The inputs that a function reads; none where it reads what cannot come as a column.
std::optional<std::set<std::uint16_t>> uses(const MachineFunction &f, const std::vector<Input> &inputs) {
  std::set<std::uint16_t> out;
  for (auto &v : f.values) {
    if (v.op != MachineOp::load && v.op != MachineOp::flag) continue;
    if (v.at.region == Region::parameters || v.at.region == Region::readings) continue;
    auto at = std::find_if(inputs.begin(), inputs.end(),
                           [&](auto &in) { return in.region == v.at.region && (in.offset == v.at.offset || in.known == v.at.offset); });
    if (at == inputs.end() || at->size > 8) return std::nullopt;
    out.insert(static_cast<std::uint16_t>(at - inputs.begin()));
  }
  return out;
}

// Kernels are named after their term; a point keeps the names apart from every term's.
std::string kernel_symbol(const BatchTerm &t) { return t.symbol + ".rows"; }
std::string kernel_symbol(const BatchTerm &t, std::size_t form, const Instructions &set) {
  return fmt::format("{}.{}.{}", t.symbol, form == 0 ? "known" : "nulls", set.word);
}
const MachineFunction *form_of(const BatchTerm &t, std::size_t form) { return form == 0 ? t.known : t.masked; }
std::optional<std::set<std::uint16_t>> uses_in_columns(const BatchTerm &t, const EmitOptions &o) {
  return t.row ? uses(*t.row, o.inputs) : std::nullopt;
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

void emit_kernels(llvm::Module &module, const EmitOptions &o) {
  Kernel kernel(module, o.inputs);
  for (auto &t : o.batches) {
    if (!t.row) continue;
    auto *own = module.getFunction(t.symbol);
    if (!own || own->isDeclaration() || !uses_in_columns(t, o)) continue;
    kernel.make(*t.row, row, kernel_symbol(t), false);
    for (std::size_t form = 0; form < 2; ++form)
      for (std::size_t s = 0; s < std::size(sets); ++s)
        if (auto *f = form_of(t, form); f && wanted(o, s)) kernel.make(*f, sets[s], kernel_symbol(t, form, sets[s]), form == 1);
  }
}

void emit_tables(llvm::Module &module, const EmitOptions &o) {
  auto &context = module.getContext();
  llvm::IRBuilder<> b(context);
  auto *i16 = b.getInt16Ty(), *i32 = b.getInt32Ty();
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
  auto *plan_type = llvm::StructType::get(context, {ptr, ptr, llvm::ArrayType::get(ptr, 6), ptr, i32, i32, i32, i32});
  std::vector<llvm::Constant *> plans;
  auto function = [&](const std::string &symbol, bool hidden) { return function_of(module, symbol, hidden); };
  for (auto &t : o.batches) {
    std::vector<llvm::Constant *> forms(6, none);
    llvm::Constant *by_row = none, *used = none;
    std::uint32_t count = 0, infallible = 0, lanes = 1;
    if (auto all = uses_in_columns(t, o)) {
      std::vector<llvm::Constant *> numbers;
      for (auto k : *all) numbers.push_back(llvm::ConstantInt::get(i16, k));
      count = static_cast<std::uint32_t>(numbers.size());
      if (count > 0) used = array(i16, numbers);
      by_row = function(kernel_symbol(t), true);
      for (std::size_t form = 0; form < 2; ++form) {
        auto *f = form_of(t, form);
        if (!f) continue;
        infallible |= static_cast<std::uint32_t>(Kernel::infallible(*f)) << form;
        lanes = std::max(lanes, is_wide(*f) ? sets[2].wide : sets[2].narrow);
        llvm::Constant *made = none; // a set that is left out is served by the one below
        for (std::size_t s = 0; s < std::size(sets); ++s) {
          if (wanted(o, s)) made = function(kernel_symbol(t, form, sets[s]), true);
          forms[s * 2 + form] = made;
        }
      }
    }
    plans.push_back(
        llvm::ConstantStruct::get(plan_type, {function(t.symbol, false), by_row, llvm::ConstantArray::get(llvm::ArrayType::get(ptr, 6), forms), used,
                                              b.getInt32(count), b.getInt32(t.value_size), b.getInt32(lanes), b.getInt32(infallible)}));
  }
  auto *terms = array(plan_type, plans);
  auto *input_table = inputs.empty() ? static_cast<llvm::Constant *>(none) : table(llvm::ConstantDataArray::get(context, inputs));
  std::uint32_t structs = 0;
  std::vector<std::uint32_t> sizes;
  for (auto size : o.sizes) sizes.push_back(size), structs += size;
  auto *all = table(llvm::ConstantStruct::getAnon({input_table, terms, b.getInt32(static_cast<std::uint32_t>(o.inputs.size())),
                                                   b.getInt32(static_cast<std::uint32_t>(plans.size())), b.getInt32(sizes[0]), b.getInt32(sizes[1]),
                                                   b.getInt32(sizes[2])}));
  auto scratch = deal_scratch_size(o.inputs.size(), structs);
  auto run = module.getOrInsertFunction("deal_run_batch", llvm::FunctionType::get(i64, {ptr, ptr, ptr, i32, ptr, ptr}, false));
  auto entry = [&](const std::string &symbol, std::size_t first, std::size_t count) {
    auto *fn = llvm::Function::Create(llvm::FunctionType::get(i64, {ptr, ptr}, false), llvm::Function::ExternalLinkage, symbol, module);
    fn->addFnAttr(llvm::Attribute::NoUnwind);
    fn->addFnAttr("no-builtins");
    fn->addFnAttr("target-cpu", cpu);
    b.SetInsertPoint(llvm::BasicBlock::Create(context, "", fn));
    auto *room = b.CreateAlloca(llvm::ArrayType::get(b.getInt8Ty(), scratch));
    room->setAlignment(llvm::Align(64));
    auto *plan = llvm::ConstantExpr::getInBoundsGetElementPtr(llvm::ArrayType::get(plan_type, plans.size()), terms,
                                                              llvm::ArrayRef<llvm::Constant *>{b.getInt64(0), b.getInt64(first)});
    b.CreateRet(b.CreateCall(run, {fn->getArg(0), all, plan, b.getInt32(static_cast<std::uint32_t>(count)), fn->getArg(1), room}));
  };
  entry(o.prefix + "_batch", 0, plans.size());
  for (std::size_t t = 0; t < plans.size(); ++t) entry(o.batches[t].symbol + "_batch", t, 1);
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
