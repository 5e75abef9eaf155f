// The exact level: values in Q. A number is an integer numerator, of which an interval is known, over a static denominator; a quotient of
// run-time values is a pair of numbers, which only `quantize` and comparisons of products take apart. No control flow: a function is a
// list of values, every one total, and what was not selected is never seen. Statuses and verdicts are numbers, dates are day numbers.
#pragma once
#include "language/interval.h"
#include "language/location.h"
#include "language/words.h"
#include "support/id.h"
#include <deque>
#include <unordered_map>
#include <optional>
#include <string>
#include <vector>

namespace deal::ir {

using ValueId = Id<struct ValueTag>;

enum class Op : std::uint8_t { constant, truth, load, flag, add, sub, mul, over, less, equal, and_, or_, not_, select, fit, quantize, assume, call, sheet };
inline constexpr std::string_view op_words[] = {"constant", "truth", "load", "flag", "add",    "sub", "mul",      "over",   "less",
                                                "equal",    "and",   "or",   "not",  "select", "fit", "quantize", "assume", "call", "sheet"};

// Functions of runtime/runtime.h that take and give 64-bit integers.
enum class Call : std::uint8_t { add_days, add_months, whole_months, year_parts, period, period_first, contract_period, contract_period_first };
inline constexpr std::string_view call_symbols[] = {"deal_add_days",   "deal_add_months", "deal_whole_months",
                                                    "deal_year_parts", "deal_period",     "deal_period_first",
                                                    "deal_contract_period", "deal_contract_period_first"};

struct Value {
  Op op = Op::constant;
  bool boolean = false;
  Interval range; // of the numerator
  Integer den = 1;
  std::vector<ValueId> operands;
  Integer number;  // constant; truth: 0 or 1; sheet: which of the function
  Location at;     // load, flag; from a frame that the function fills itself: its sheet is the operand
  Rounding mode{}; // quantize: n / d (or n alone) to the nearest multiple of 1 / den
  Call call{};
};

struct Store {
  Location at;
  ValueId value;
};

// Definitions that are computed once for a question, each by a function of its own (Shape::definition), in a frame: two words for each, its status
// and its value. A function that reads some fills a frame for a day, under the readings that it assumes; under the caller's where it names none.
struct Sheet {
  std::vector<std::uint32_t> wanted; // places of definitions
  std::vector<std::uint8_t> readings;
};
inline constexpr std::uint32_t frame_step = 16; // bytes for each place

enum class Shape : std::uint8_t { term, step, next, tick, init, defaults, definition };

struct Function {
  std::string symbol;
  Shape shape = Shape::term;
  bool traced = false;
  bool guarded = false; // reads a state: one of another layout is refused before anything is read or written
  std::deque<Value> values;
  std::vector<Sheet> sheets;
  std::vector<Store> stores;
  std::uint32_t copied = 0; // bytes of the state that the next one begins with, before the stores
  ValueId result;           // the status; of next the day
};

// Makes values and folds what is known: constants, decided comparisons, equal branches. Equal values are one value.
class Builder {
public:
  explicit Builder(Function &f) : f_(f) {}

  ValueId number(const Integer &n, const Integer &den = 1);
  ValueId truth(bool);
  ValueId load(Location, Interval, ValueId sheet = {});
  ValueId flag(Location, ValueId sheet = {});           // a byte that is not zero
  ValueId sheet(ValueId day, std::vector<std::uint8_t> readings);
  ValueId add(ValueId, ValueId);
  ValueId sub(ValueId, ValueId);
  ValueId mul(ValueId, ValueId); // `over`: the same numerator over another denominator
  ValueId less(ValueId, ValueId);
  ValueId less_equal(ValueId, ValueId);
  ValueId equal(ValueId, ValueId); // numbers or booleans
  ValueId both(ValueId a, ValueId b) { return logic(Op::and_, a, b); }
  ValueId either(ValueId a, ValueId b) { return logic(Op::or_, a, b); }
  ValueId negation(ValueId);
  ValueId select(ValueId condition, ValueId a, ValueId b);
  // x where it lies in the interval (of numerators), else the interval's nearest to zero.
  ValueId fit(ValueId, Interval);
  ValueId quantize(ValueId n, ValueId d, Rounding, const Integer &den); // d may be absent
  // x, taken to lie in the interval: where it does not, the rows at hand are computed again in another form (optimize/speculate.h).
  ValueId assume(ValueId x, Interval);
  ValueId call(Call, std::vector<ValueId>, Interval);

  ValueId max(ValueId a, ValueId b) { return select(less(a, b), b, a); }
  ValueId min(ValueId a, ValueId b) { return select(less(b, a), b, a); }
  ValueId negate(ValueId a) { return sub(number(0), a); }
  ValueId inside(ValueId x, const Interval &); // both bounds, as a boolean
  void store(Location at, ValueId v) { f_.stores.push_back({at, v}); }

  const Value &operator[](ValueId id) const { return f_.values[id.index]; }
  bool is_number(ValueId id, const Integer &n) const;
  std::optional<bool> known(ValueId id) const;
  Function &function() { return f_; }

private:
  ValueId logic(Op, ValueId, ValueId);
  ValueId over(ValueId, const Integer &den); // the same numerator over another denominator
  ValueId add_value(Value);
  std::pair<Interval, Interval> aligned(ValueId, ValueId) const;
  Function &f_;
  std::unordered_multimap<std::size_t, ValueId> same_; // by hash
};

std::string print(const Function &);

} // namespace deal::ir
