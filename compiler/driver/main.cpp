// The tool. Data on stdout, all else on stderr; 0 ok, 1 findings or a failure as answer, 2 bad use or bad input.
#include "driver/commands/commands.h"
#include "driver/statement.h"
#include "driver/visible.h"
#include "interface/descriptor.h"
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <iostream>
#include <unistd.h>

using namespace deal::driver;

namespace {

void given_options(CLI::App &command, Given &given, bool ledger_required) {
  command.add_option("--on", given.on, "the day the question is asked as of")->type_name("DATE");
  command.add_option("--set", given.settings, "a parameter or a fact, `f(\"GPT\")=true` for one key")
      ->type_name("NAME=VALUE")
      ->take_all()
      ->allow_extra_args(false);
  command.add_option("--reading", given.readings, "choose a reading")->type_name("NAME")->take_all()->allow_extra_args(false);
  command.add_option("--inputs", given.inputs, "{\"parameters\": {…}, \"facts\": {…}}")->type_name("FILE");
  auto *events = command.add_option("--events", given.events, "a ledger, CSV or NDJSON")->type_name("FILE");
  if (ledger_required) events->required();
  command.add_option("--keep", given.keep, "a column of the ledger or the table that goes through as it is")
      ->type_name("COLUMN")
      ->take_all()
      ->allow_extra_args(false);
}

int tool(int argc, char **argv) {
  CLI::App app{
      "Deal: the clauses of a contract, compiled to native code.\nExample: deal eval partnership.deal ModelsAndProducts.exclusive --on 2027-01-01"};
  app.name("deal");
  app.set_version_flag("--version", std::string("deal ") + deal::interface::language_version);
  app.require_subcommand(1);
  int code = 0;
  std::function<int()> run;

  std::vector<std::string> files;
  auto *check = app.add_subcommand("check", "diagnostics only\nExample: deal check partnership.deal");
  check->add_option("FILE", files, "deal files")->required();
  std::string emit;
  check->add_option("--emit", emit, "what was read: the tree")->check(CLI::IsMember({"tree"}));
  check->callback([&] { run = [&] { return check_command(files, !emit.empty()); }; });

  BuildOptions build_options;
  bool levels[4] = {};
  auto *build =
      app.add_subcommand("build", "a shared library, its header and its descriptor\nExample: deal build partnership.deal -o partnership.so");
  build->add_option("FILE", build_options.file, "a deal file")->required();
  build->add_option("-o", build_options.output, "the output; beside a library its header and descriptor")->type_name("PATH");
  build->add_option("--emit", build_options.emit, "what to write")
      ->check(CLI::IsMember({"so", "object", "header", "descriptor", "exact-ir", "machine-ir", "ranges", "llvm-ir", "asm"}));
  build
      ->add_option("--instructions", build_options.instructions,
                   "what loops over columns are made for: x86-64-v2, v3, v4, or all, chosen at load (-O3)")
      ->check(CLI::IsMember({"all", "v2", "v3", "v4"}));
  const char *level_names[] = {"--O0", "--O1", "--O2", "--O3"};
  for (int k = 0; k < 4; ++k) build->add_flag(level_names[k], levels[k], fmt::format("optimize at level {} (also -O{})", k, k));
  build->callback([&] {
    for (int k = 0; k < 4; ++k)
      if (levels[k]) build_options.level = k;
    run = [&] { return build_command(build_options); };
  });

  MigrateOptions migrate_options;
  auto *migrate = app.add_subcommand("migrate", "a state of one library as a state of the one that follows it\n"
                                                "Example: deal migrate old.so new.so state.bin -o state.new");
  migrate->add_option("OLD", migrate_options.older, "the library that wrote the state")->required();
  migrate->add_option("NEW", migrate_options.newer, "the library that goes on with it")->required();
  migrate->add_option("STATE", migrate_options.state, "the bytes of one state or of several in a row")->required();
  migrate->add_option("-o", migrate_options.output, "the output; stdout where it is not named")->type_name("PATH");
  migrate->callback([&] { run = [&] { return migrate_command(migrate_options); }; });

  EvalOptions eval_options;
  auto *eval = app.add_subcommand("eval", "answers questions\nExample: deal eval partnership.deal 'may OpenAI offer(\"GPT\", other_product, AWS)' "
                                          "--on 2026-05-01 --set azure_cannot_support=true --explain");
  eval->add_option("FILE", eval_options.file, "a deal file or a library")->required();
  eval->add_option("EXPR", eval_options.questions, "expressions")->required();
  given_options(*eval, eval_options.given, false);
  eval->add_flag("--explain", eval_options.explain, "with the reasons");
  eval->add_option("--format", eval_options.format, "text or json; csv or json of a table")->check(CLI::IsMember({"text", "json", "csv"}));
  eval->add_option("--rows", eval_options.rows, "a table, CSV or NDJSON, whose columns are facts, parameters and the day (`on`): an answer a row")
      ->type_name("FILE");
  eval->add_option("--threads", eval_options.threads, "how many; 0: one for each core; the output is the same")
      ->type_name("N")
      ->check(CLI::Range(0, 256))
      ->needs("--rows");
  eval->callback([&] { run = [&] { return eval_command(eval_options); }; });

  RunOptions run_options;
  auto *ledger = app.add_subcommand("run", "the statement of a ledger\nExample: deal run partnership.deal --events reports.csv");
  ledger->add_option("FILE", run_options.file, "a deal file or a library")->required();
  given_options(*ledger, run_options.given, true);
  ledger->add_option("--portfolio", run_options.portfolio, "many deals of this form: the column that names the deal of each row")
      ->type_name("COLUMN");
  ledger->add_option("--threads", run_options.threads, "of a portfolio; 0: one for each core; the output is the same")
      ->type_name("N")
      ->check(CLI::Range(0, 256))
      ->needs("--portfolio");
  std::vector<std::string> formats{"text"};
  for (auto &f : table_formats()) formats.emplace_back(f.name);
  ledger->add_option("--format", run_options.format, "text, csv or json")->check(CLI::IsMember(formats));
  ledger->add_flag("--wide", run_options.wide, "all columns in one table, however wide");
  ledger->callback([&] { run = [&] { return run_command(run_options); }; });

  auto *test = app.add_subcommand("test", "scenarios, on native code; `always` on random ledgers\nExample: deal test examples/");
  test->add_option("PATH", files, "deal files or folders")->required();
  test->callback([&] { run = [&] { return test_command(files); }; });

  std::string file;
  auto *repl = app.add_subcommand("repl", "questions one by one\nExample: deal repl partnership.deal");
  repl->add_option("FILE", file, "a deal file or a library");
  repl->callback([&] { run = [&] { return repl_command(file); }; });

  auto *describe = app.add_subcommand("describe", "what a deal says and what it can be asked\nExample: deal describe partnership.deal");
  describe->add_option("FILE", file, "a library or a deal file")->required();
  bool abi = false;
  describe->add_flag("--abi", abi, "with the C symbols");
  describe->callback([&] { run = [&] { return describe_command(file, abi); }; });

  Given timeline_given;
  auto *timeline = app.add_subcommand("timeline", "the licenses over time\nExample: deal timeline partnership.deal");
  timeline->add_option("FILE", file, "a deal file or a library")->required();
  given_options(*timeline, timeline_given, false);
  timeline->callback([&] { run = [&] { return timeline_command(file, timeline_given); }; });

  auto *explain = app.add_subcommand("explain", "the page of a diagnostic\nExample: deal explain D0407");
  explain->add_option("CODE", file, "a code such as D0407")->required();
  explain->callback([&] { run = [&] { return explain_command(file); }; });

  // `-O2` is one word to everybody but an option parser.
  std::vector<std::string> words;
  for (int k = argc - 1; k > 0; --k) {
    std::string word = argv[k];
    words.push_back(word.size() == 3 && word.starts_with("-O") ? "-" + word : word);
  }
  try {
    app.parse(words);
    bool data = eval_options.format != "text" || run_options.format != "text" || !eval_options.rows.empty() || build_options.emit == "object";
    std::optional<Visible> shown;
    if (!data) shown.emplace(std::cout, false);
    code = run();
  } catch (const CLI::ParseError &e) {
    auto exit = app.exit(e);
    return exit == 0 ? 0 : 2;
  } catch (const Stop &stop) {
    std::cerr << stop.message << (stop.message.ends_with('\n') ? "" : "\n");
    return stop.code;
  } catch (const std::exception &failure) { // no memory, say: nothing that the input explains
    std::cerr << "deal: " << failure.what() << "\n";
    return 2;
  }
  std::cout.flush();
  if (!std::cout) {
    std::cerr << "cannot write the output\n";
    return 2;
  }
  return code;
}

} // namespace

int main(int argc, char **argv) {
  auto code = [&] {
    Visible said(std::cerr, color_wanted(STDERR_FILENO));
    return tool(argc, argv);
  }();
  std::fflush(nullptr);
  std::_Exit(code); // what destructors would free, the system frees at once
}
