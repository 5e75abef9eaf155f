// Why an answer is what it is, as values: what was looked at, what each came to, and what that rests on. Renderers put it into words.
#pragma once
#include "host/instance.h"
#include <map>

namespace deal::session {

struct Reason {
  enum Kind : std::uint8_t {
    clause,    // a version of a clause: what it says here
    line,      // of a clause: `name` is its first word
    exception, // of a definition
    reading,   // that was taken
    clamp,     // which bound was taken, and the figure
    unspoken,  // no clause speaks of `name`, an act
    value      // what was read: a fact, a parameter, an argument, a definition, …
  } kind = value;
  enum Found : std::uint8_t {
    is,        // a value
    no_value,  // its status says why
    not_here,  // a value that the trace cannot hold
    holds,
    fails,
    open,      // a duty
    grants,
    shuts_out, // the party that asks
    yields,    // to `to`
    runs,
    not_begun, // `on`: when it does
    ended,     // `on`: of a term its last day, of a clause the first on which it was not there any more
    performed, // `on`
    past,      // its last day, `on`, is
    elsewhere, // it speaks of `to`
    excludes,  // takes `to` out
    happened,  // `on`
    never
  } found = is;
  std::string name;         // AzureFirst · when · azure_cannot_support("GPT")
  std::string sort;         // of a clause its kind, of a value what it is: fact, parameter, …
  std::string title, text;  // as the contract or the file says it
  ValueType type;
  Rational number = 0;
  std::string words;        // of a text
  Status status = Status::ok;
  std::optional<std::int32_t> on, since; // since: the first day of the version
  std::vector<std::string> to;
  bool decides = false;
  std::uint32_t row = 0; // the line of the file
  std::vector<interface::Contract> texts;
  std::optional<interface::Badge> badge;
  std::vector<Reason> under;
};

// One answer that is to be explained.
struct Explained {
  const interface::Interface &i;
  const std::vector<interface::Site> &sites;
  const host::Answer &answer;
  const host::Instance &instance;
  std::int32_t day;
  std::vector<host::Constant> arguments; // of an action's question
};

// The norms that speak of a party's act, those that decide first. Where the verdict is silent, also those that do not speak of it.
std::vector<Reason> reasons_of_verdict(const Explained &, int action, int party);
// That no clause speaks of the act.
Reason unspoken(const Explained &, int action, int party);
// The clauses that decide.
std::vector<const Reason *> deciding(const std::vector<Reason> &);
// Of a term: its clause, or what its definition or expression read.
std::vector<Reason> reasons_of_term(const Explained &, const interface::TermInfo &);
// What would settle an answer that is not known: facts with their keys, parameters, in the order in which they were read.
std::vector<std::string> settled_by(const std::vector<Reason> &);

// `approved("x")`: a fact, or an act, with its keys.
std::string name_of(const interface::Interface &, const interface::Keyed &, const std::vector<host::Constant> &arguments);
// according to “CNBC” · inferred from “through 2030” · assumed
std::string words_of(const interface::Badge &);
const interface::ClauseInfo::Version *version_at(const interface::ClauseInfo &, std::int32_t day);

} // namespace deal::session
