#include "codegen/emit.h"
#include "support/result.h"
#include <llvm/Analysis/AliasAnalysis.h>
#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Linker/Linker.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Target/TargetMachine.h>

namespace deal {
std::vector<std::string_view> runtime_bitcode();
}

namespace deal::codegen {

using namespace ir;

namespace {

constexpr const char *triple = "x86_64-unknown-linux-gnu";
constexpr const char *cpu = "x86-64-v2"; // runs everywhere that the shared library ships to

class Emitter {
public:
  Emitter(llvm::Module &module) : module_(module), context_(module.getContext()), b_(context_) {}

  void function(const MachineFunction &f) {
    auto *ptr = b_.getPtrTy();
    auto *i32 = b_.getInt32Ty();
    std::vector<llvm::Type *> types;
    std::vector<Region> regions;
    auto add = [&](Region r, llvm::Type *t) { regions.push_back(r), types.push_back(t); };
    auto inputs = [&] { add(Region::parameters, ptr), add(Region::facts, ptr), add(Region::readings, ptr), add(Region::state, ptr); };
    switch (f.shape) {
    case Shape::term: inputs(), add(Region::question, ptr), add(Region::today, i32), add(Region::value, ptr); break;
    case Shape::step: inputs(), add(Region::event, ptr), add(Region::next_state, ptr); break;
    case Shape::tick: inputs(), add(Region::next_state, ptr); break;
    case Shape::next: add(Region::parameters, ptr), add(Region::state, ptr); break;
    case Shape::init: add(Region::parameters, ptr), add(Region::today, i32), add(Region::next_state, ptr); break;
    case Shape::defaults: add(Region::value, ptr); break;
    }
    if (f.traced) add(Region::trace, ptr);
    auto *fn = llvm::Function::Create(llvm::FunctionType::get(i32, types, false), llvm::Function::ExternalLinkage, f.symbol, module_);
    fn->addFnAttr(llvm::Attribute::NoUnwind);
    fn->addFnAttr("no-builtins");
    fn->addFnAttr("target-cpu", cpu);
    arguments_.clear();
    for (std::size_t i = 0; i < regions.size(); ++i) arguments_[regions[i]] = fn->getArg(static_cast<unsigned>(i));
    auto *entry = llvm::BasicBlock::Create(context_, "", fn);
    b_.SetInsertPoint(entry);
    values_.clear();
    slots_.clear();
    for (auto &v : f.values) values_.push_back(value(v, *fn));
    for (auto &s : f.stores) store(s);
    b_.CreateRet(b_.CreateIntCast(at(f.result), i32, true));
  }

  // The layouts as constants, and for each term a wrapper that brings them, and room for one row, to the runtime's loop.
  void batches(const EmitOptions &o) {
    auto *i32 = b_.getInt32Ty();
    auto *ptr = b_.getPtrTy();
    auto *layout = llvm::StructType::get(context_, {ptr, i32, i32});
    std::uint32_t room = 1;
    std::vector<std::pair<llvm::Constant *, const BatchSlots *>> tables;
    for (auto *s : {&o.parameters, &o.facts, &o.state}) {
      std::vector<std::uint32_t> numbers;
      for (auto &slot : s->slots) numbers.insert(numbers.end(), {slot.offset, slot.size, slot.known});
      if (numbers.empty()) numbers.push_back(0);
      auto *data = llvm::ConstantDataArray::get(context_, numbers);
      tables.emplace_back(new llvm::GlobalVariable(module_, data->getType(), true, llvm::GlobalValue::PrivateLinkage, data), s);
      room += s->size;
    }
    auto callee = module_.getOrInsertFunction("deal_run_batch", llvm::FunctionType::get(b_.getVoidTy(), {ptr, ptr, ptr, ptr, i32}, false));
    for (auto &entry : o.batches) {
      auto *fn = llvm::Function::Create(llvm::FunctionType::get(b_.getVoidTy(), {ptr}, false), llvm::Function::ExternalLinkage,
                                        entry.symbol + "_batch", module_);
      fn->addFnAttr(llvm::Attribute::NoUnwind);
      fn->addFnAttr("no-builtins");
      fn->addFnAttr("target-cpu", cpu);
      b_.SetInsertPoint(llvm::BasicBlock::Create(context_, "", fn));
      auto *layouts = b_.CreateAlloca(llvm::ArrayType::get(layout, 3));
      auto *scratch = b_.CreateAlloca(llvm::ArrayType::get(b_.getInt8Ty(), room));
      scratch->setAlignment(llvm::Align(16));
      for (unsigned k = 0; k < 3; ++k) {
        auto *at = b_.CreateConstInBoundsGEP2_32(llvm::ArrayType::get(layout, 3), layouts, 0, k);
        b_.CreateStore(tables[k].first, b_.CreateStructGEP(layout, at, 0));
        b_.CreateStore(b_.getInt32(static_cast<std::uint32_t>(tables[k].second->slots.size())), b_.CreateStructGEP(layout, at, 1));
        b_.CreateStore(b_.getInt32(tables[k].second->size), b_.CreateStructGEP(layout, at, 2));
      }
      b_.CreateCall(callee, {fn->getArg(0), module_.getFunction(entry.symbol), layouts, scratch, b_.getInt32(entry.value_size)});
      b_.CreateRetVoid();
    }
  }

private:
  llvm::Value *at(ValueId id) { return values_[id.index]; }
  llvm::Value *place(const Location &l) { return b_.CreateConstInBoundsGEP1_32(b_.getInt8Ty(), arguments_.at(l.region), l.offset); }
  llvm::Type *type(Elem e) {
    static constexpr unsigned bits[] = {8, 32, 64, 256};
    return b_.getIntNTy(bits[static_cast<std::size_t>(e)]);
  }
  static llvm::APInt integer(const Integer &n, unsigned width) {
    llvm::APInt out(width, Integer(abs(n)).str(), 10);
    if (n < 0) out.negate();
    return out;
  }

  llvm::Value *value(const MachineValue &v, llvm::Function &fn) {
    auto o = [&](std::size_t i) { return at(v.operands[i]); };
    auto width = static_cast<unsigned>(v.width);
    switch (v.op) {
    case MachineOp::constant: return llvm::ConstantInt::get(context_, integer(v.number, width));
    case MachineOp::truth: return b_.getInt1(v.number != 0);
    case MachineOp::load:
      if (v.at.region == Region::today) return b_.CreateSExt(arguments_.at(Region::today), b_.getInt64Ty());
      return b_.CreateIntCast(b_.CreateAlignedLoad(type(v.at.elem), place(v.at), llvm::Align(1)), b_.getInt64Ty(), true);
    case MachineOp::flag: return b_.CreateICmpNE(b_.CreateLoad(b_.getInt8Ty(), place(v.at)), b_.getInt8(0));
    case MachineOp::add: return b_.CreateAdd(o(0), o(1));
    case MachineOp::sub: return b_.CreateSub(o(0), o(1));
    case MachineOp::mul: return b_.CreateMul(o(0), o(1));
    case MachineOp::less: return b_.CreateICmpSLT(o(0), o(1));
    case MachineOp::equal: return b_.CreateICmpEQ(o(0), o(1));
    case MachineOp::and_: return b_.CreateAnd(o(0), o(1));
    case MachineOp::or_: return b_.CreateOr(o(0), o(1));
    case MachineOp::not_: return b_.CreateNot(o(0));
    case MachineOp::select: return b_.CreateSelect(o(0), o(1), o(2));
    case MachineOp::widen: return b_.CreateSExt(o(0), b_.getIntNTy(width));
    case MachineOp::narrow: return b_.CreateTrunc(o(0), b_.getIntNTy(width));
    case MachineOp::round_div: return round_div(v, fn);
    case MachineOp::call: {
      std::vector<llvm::Value *> operands;
      for (std::size_t i = 0; i < v.operands.size(); ++i) operands.push_back(o(i));
      std::vector<llvm::Type *> types(operands.size(), b_.getInt64Ty());
      auto callee = module_.getOrInsertFunction(llvm::StringRef(call_symbols[static_cast<std::size_t>(v.call)]),
                                                llvm::FunctionType::get(b_.getInt64Ty(), types, false));
      return b_.CreateCall(callee, operands);
    }
    }
    return nullptr;
  }

  llvm::Value *round_div(const MachineValue &v, llvm::Function &fn) {
    auto *n = at(v.operands[0]), *d = at(v.operands[1]);
    auto *mode = b_.getInt64(static_cast<std::uint64_t>(v.mode));
    auto *i64 = b_.getInt64Ty();
    if (v.width == 64) {
      auto callee = module_.getOrInsertFunction("deal_round_div_64", llvm::FunctionType::get(i64, {i64, i64, i64}, false));
      return b_.CreateCall(callee, {n, d, mode});
    }
    // Beyond 64 bits by reference: three slots of the frame, used again by every division of the width.
    auto *t = b_.getIntNTy(static_cast<unsigned>(v.width));
    auto &slots = slots_[v.width];
    if (slots.empty()) {
      llvm::IRBuilder<> entry(&fn.getEntryBlock(), fn.getEntryBlock().begin());
      for (int i = 0; i < 3; ++i) slots.push_back(entry.CreateAlloca(t));
    }
    b_.CreateStore(n, slots[1]);
    b_.CreateStore(d, slots[2]);
    auto *ptr = b_.getPtrTy();
    auto callee = module_.getOrInsertFunction(v.width == 128 ? "deal_round_div_128" : "deal_round_div_256",
                                              llvm::FunctionType::get(b_.getVoidTy(), {ptr, ptr, ptr, i64}, false));
    b_.CreateCall(callee, {slots[0], slots[1], slots[2], mode});
    return b_.CreateLoad(t, slots[0]);
  }

  void store(const ir::Store &s) {
    auto *v = at(s.value);
    auto *to = type(s.at.elem);
    v = v->getType()->isIntegerTy(1) ? b_.CreateZExt(v, to) : b_.CreateIntCast(v, to, true);
    b_.CreateAlignedStore(v, place(s.at), llvm::Align(1));
  }

  llvm::Module &module_;
  llvm::LLVMContext &context_;
  llvm::IRBuilder<> b_;
  std::map<Region, llvm::Value *> arguments_;
  std::vector<llvm::Value *> values_;
  std::map<int, std::vector<llvm::Value *>> slots_;
};

void link_runtime(llvm::Module &module) {
  auto calls = [](const llvm::Function &f) { return f.isDeclaration() && f.getName().starts_with("deal_"); };
  for (auto bitcode : runtime_bitcode()) {
    if (std::none_of(module.begin(), module.end(), calls)) break;
    // Lazily: only the bodies that are called are read.
    auto parsed = llvm::getLazyBitcodeModule(llvm::MemoryBufferRef(llvm::StringRef(bitcode.data(), bitcode.size()), "runtime"), module.getContext());
    DEAL_CHECK(parsed, "the embedded runtime does not parse");
    (*parsed)->setTargetTriple(module.getTargetTriple());
    (*parsed)->setDataLayout(module.getDataLayout());
    bool failed = llvm::Linker::linkModules(module, std::move(*parsed), llvm::Linker::LinkOnlyNeeded);
    DEAL_CHECK(!failed, "the embedded runtime does not link");
  }
  for (auto &f : module)
    if (!f.isDeclaration() && f.getName().starts_with("deal_")) {
      f.setLinkage(llvm::Function::InternalLinkage);
      f.addFnAttr("no-builtins");
    }
  if (auto *ident = module.getNamedMetadata("llvm.ident")) module.eraseNamedMetadata(ident);
}

} // namespace

std::unique_ptr<llvm::TargetMachine> target_machine(int level) {
  static const bool ready = [] {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    LLVMInitializeX86AsmParser();
    return true;
  }();
  DEAL_CHECK(ready, "the target does not start");
  std::string error;
  auto *target = llvm::TargetRegistry::lookupTarget(triple, error);
  DEAL_CHECK(target, "the target is not built in");
  static constexpr llvm::CodeGenOptLevel levels[] = {llvm::CodeGenOptLevel::None, llvm::CodeGenOptLevel::Less, llvm::CodeGenOptLevel::Default,
                                                     llvm::CodeGenOptLevel::Aggressive};
  return std::unique_ptr<llvm::TargetMachine>(target->createTargetMachine(triple, cpu, "", {}, llvm::Reloc::PIC_, std::nullopt, levels[level]));
}

std::unique_ptr<llvm::Module> emit(llvm::LLVMContext &context, llvm::TargetMachine &machine, const std::vector<MachineFunction> &functions,
                                   const EmitOptions &options) {
  auto module = std::make_unique<llvm::Module>("deal", context);
  module->setSourceFileName("deal");
  module->setTargetTriple(triple);
  module->setDataLayout(machine.createDataLayout());
  Emitter emitter(*module);
  for (auto &f : functions) emitter.function(f);
  if (!options.batches.empty()) emitter.batches(options);
  if (!options.descriptor.empty()) {
    auto *text = llvm::ConstantDataArray::getString(context, options.descriptor);
    auto *global = new llvm::GlobalVariable(*module, text->getType(), true, llvm::GlobalValue::ExternalLinkage, text, options.prefix + "_descriptor");
    global->setAlignment(llvm::Align(1));
  }
  link_runtime(*module);
  std::string error;
  llvm::raw_string_ostream stream(error);
  bool broken = llvm::verifyModule(*module, &stream);
  if (broken) std::fprintf(stderr, "%s\n", error.c_str());
  DEAL_CHECK(!broken, "the module does not verify");
  return module;
}

void optimize(llvm::Module &module, llvm::TargetMachine &machine, int level) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder(&machine);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  static const llvm::OptimizationLevel levels[] = {llvm::OptimizationLevel::O0, llvm::OptimizationLevel::O1, llvm::OptimizationLevel::O2,
                                                   llvm::OptimizationLevel::O3};
  auto passes = level == 0 ? builder.buildO0DefaultPipeline(levels[0]) : builder.buildPerModuleDefaultPipeline(levels[level]);
  passes.run(module, modules);
}

} // namespace deal::codegen
