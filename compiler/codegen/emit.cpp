#include "codegen/kernels.h"
#include "interface/descriptor.h"
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
#include <llvm/Transforms/IPO/AlwaysInliner.h>
#include <llvm/Transforms/IPO/GlobalDCE.h>
#include <llvm/Transforms/InstCombine/InstCombine.h>
#include <llvm/Transforms/Scalar/EarlyCSE.h>
#include <llvm/Transforms/Scalar/SimplifyCFG.h>
#include <llvm/Target/TargetMachine.h>
#include <set>

namespace deal {
std::vector<std::string_view> runtime_bitcode();
}

namespace deal::codegen {

using namespace ir;

namespace {

void link_runtime(llvm::Module &module) {
  std::set<std::string> own;
  for (auto &f : module)
    if (!f.isDeclaration()) own.insert(f.getName().str());
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
    if (!f.isDeclaration() && !own.count(f.getName().str())) {
      f.setLinkage(llvm::Function::InternalLinkage);
      f.addFnAttr("no-builtins");
      f.removeFnAttr(llvm::Attribute::NoInline);
      f.addFnAttr(llvm::Attribute::AlwaysInline);
    }
  if (auto *ident = module.getNamedMetadata("llvm.ident")) module.eraseNamedMetadata(ident);
}

} // namespace

std::unique_ptr<llvm::TargetMachine> target_machine(int level) {
  static const bool ready = (target.start(), true);
  DEAL_CHECK(ready, "the target does not start");
  std::string error;
  auto *found = llvm::TargetRegistry::lookupTarget(target.triple, error);
  DEAL_CHECK(found, "the target is not built in");
  static constexpr llvm::CodeGenOptLevel levels[] = {llvm::CodeGenOptLevel::None, llvm::CodeGenOptLevel::Less, llvm::CodeGenOptLevel::Less,
                                                     llvm::CodeGenOptLevel::Aggressive};
  llvm::TargetOptions options;
  options.UseInitArray = true;
  return std::unique_ptr<llvm::TargetMachine>(
      found->createTargetMachine(target.triple, target.row.cpu, "", options, llvm::Reloc::PIC_, std::nullopt, levels[level]));
}

namespace {

// `<prefix>_fits`: whether a state begins with this layout's fingerprint.
void emit_fits(llvm::Module &module, const EmitOptions &options) {
  llvm::IRBuilder<> b(module.getContext());
  auto *fn = llvm::Function::Create(llvm::FunctionType::get(b.getInt32Ty(), {b.getPtrTy()}, false), llvm::Function::ExternalLinkage,
                                    options.prefix + "_fits", module);
  fn->addFnAttr(llvm::Attribute::NoUnwind);
  fn->addFnAttr("target-cpu", target.row.cpu);
  b.SetInsertPoint(llvm::BasicBlock::Create(module.getContext(), "", fn));
  auto *layout = b.CreateAlignedLoad(b.getInt64Ty(), fn->getArg(0), llvm::Align(1));
  b.CreateRet(b.CreateZExt(b.CreateICmpEQ(layout, b.getInt64(static_cast<std::uint64_t>(options.layout))), b.getInt32Ty()));
}

} // namespace

std::unique_ptr<llvm::Module> emit(llvm::LLVMContext &context, llvm::TargetMachine &machine, std::span<const Bundle> part,
                                   std::span<const Bundle> all, const EmitOptions &options, bool tables) {
  auto module = std::make_unique<llvm::Module>("deal", context);
  module->setSourceFileName("deal");
  module->setTargetTriple(target.triple);
  module->setDataLayout(machine.createDataLayout());
  Emitter emitter(*module, options.layout, options.prefix);
  std::set<std::string> own;
  std::string entries;
  for (auto &bundle : part) {
    emitter.function(bundle);
    for (auto *f : bundle) own.insert(f->symbol);
    entries += entries_of(bundle, options.aliases);
    if (auto alias = options.aliases.find(bundle.front()->symbol); alias != options.aliases.end() && !is_bundled(bundle))
      llvm::GlobalAlias::create(alias->second, module->getFunction(alias->first));
  }
  if (!entries.empty()) module->appendModuleInlineAsm(".text\n.p2align 4\n" + entries);
  emit_kernels(*module, own, options);
  emit_runs(*module, own, options);
  if (tables) {
    emit_definitions(*module, all, options);
    if (!options.batches.empty()) emit_tables(*module, options);
    emit_ledgers(*module, options);
    if (!options.batches.empty() || !options.ledgers.empty()) emit_choice(*module, options);
  }
  if (tables && !options.descriptor.empty()) {
    auto *text = llvm::ConstantDataArray::getString(context, options.descriptor);
    auto *global = new llvm::GlobalVariable(*module, text->getType(), true, llvm::GlobalValue::ExternalLinkage, text, options.prefix + "_descriptor");
    global->setAlignment(llvm::Align(1));
    // Of a fixed name, for hosts that know no deal; weak, as each object brings one.
    llvm::GlobalAlias::create(llvm::GlobalValue::WeakAnyLinkage, interface::descriptor_symbol, global);
    emit_fits(*module, options);
  }
  link_runtime(*module);
  std::string error;
  llvm::raw_string_ostream stream(error);
  bool broken = llvm::verifyModule(*module, &stream);
  if (broken) std::fprintf(stderr, "%s\n", error.c_str());
  DEAL_CHECK(!broken, "the module does not verify");
  return module;
}

namespace {

// What our code can gain from: it has no memory of its own, no control flow but the loop over rows, and equal values are one already.
llvm::ModulePassManager lean_pipeline() {
  llvm::FunctionPassManager f;
  f.addPass(llvm::EarlyCSEPass());
  f.addPass(llvm::InstCombinePass());
  f.addPass(llvm::SimplifyCFGPass());
  llvm::ModulePassManager m;
  m.addPass(llvm::AlwaysInlinerPass());
  m.addPass(llvm::createModuleToFunctionPassAdaptor(std::move(f)));
  m.addPass(llvm::GlobalDCEPass());
  return m;
}

} // namespace

void optimize(llvm::Module &module, llvm::TargetMachine &machine, int level) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  llvm::PipelineTuningOptions tuning; // lanes are made by hand, and what is no lane is no loop
  tuning.LoopVectorization = tuning.SLPVectorization = tuning.LoopUnrolling = tuning.LoopInterleaving = false;
  llvm::PassBuilder builder(&machine, tuning);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  auto passes = level == 0  ? builder.buildO0DefaultPipeline(llvm::OptimizationLevel::O0)
                : level < 3 ? lean_pipeline()
                            : builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O3);
  passes.run(module, modules);
}

} // namespace deal::codegen
