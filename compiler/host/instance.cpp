#include "host/instance.h"
#include <cstring>

namespace deal::host {
namespace {

void put(std::vector<std::uint8_t> &to, std::uint32_t at, const void *from, std::size_t n) {
  if (at + n > to.size()) to.resize(at + n);
  std::memcpy(to.data() + at, from, n);
}

constexpr std::size_t rows_apart = 64; // checkpoints

Integer wide(const std::uint64_t *words) {
  bool negative = static_cast<std::int64_t>(words[3]) < 0;
  Integer n = 0;
  for (int k = 3; k >= 0; --k) n = (n << 64) + (negative ? ~words[k] : words[k]);
  return negative ? Integer(-(n + 1)) : n;
}

} // namespace

Code::Code(const Interface &i, const std::function<void *(const std::string &)> &symbol) {
  auto find = [&](const std::string &name, bool needed) {
    auto *at = symbol(name);
    if (!at && needed && missing.empty()) missing = name;
    return at;
  };
  auto pair = [&](auto &plain, auto &traced, const std::string &name, bool twin) {
    using F = typename std::decay_t<decltype(plain)>::value_type;
    plain.push_back(reinterpret_cast<F>(find(name, true)));
    traced.push_back(twin ? reinterpret_cast<F>(find(name + "_traced", false)) : nullptr);
  };
  for (auto &t : i.terms) pair(terms, traced_terms, t.symbol, !t.sites.empty());
  for (auto &q : i.questions) pair(questions, traced_questions, q.symbol, true);
  init = reinterpret_cast<Init>(symbol(i.prefix + "_init"));
  next = reinterpret_cast<Next>(symbol(i.prefix + "_next"));
  tick = reinterpret_cast<Tick>(symbol(i.prefix + "_tick"));
  traced_tick = reinterpret_cast<Tick>(symbol(i.prefix + "_tick_traced"));
  batch = reinterpret_cast<Batch>(symbol(i.prefix + "_batch"));
  if (i.steps.empty() || !symbol(i.steps.front().symbol)) return; // questions alone: no ledger
  for (auto &s : i.steps) pair(steps, traced_steps, s.symbol, true);
}

std::vector<std::string> functions_of(const Interface &i) {
  std::vector<std::string> out;
  for (auto word : {"_init", "_next", "_tick", "_tick_traced", "_fits", "_defaults"}) out.push_back(i.prefix + word);
  if (!i.terms.empty()) out.push_back(i.prefix + "_batch");
  auto pair = [&](const std::string &symbol) { out.insert(out.end(), {symbol, symbol + "_traced"}); };
  for (auto &t : i.terms) pair(t.symbol);
  for (auto &q : i.questions) pair(q.symbol);
  for (auto &s : i.steps) pair(s.symbol);
  return out;
}

Instance::Instance(const Interface &i, const Code &code)
    : i_(i), code_(code), parameters_(i.parameter_layout.size), facts_(i.fact_layout.size), readings_(i.readings.size() + 1),
      state_(i.state_layout.size), next_(i.state_layout.size), set_(i.parameters.size()), texts_(i.texts) {
  for (std::size_t k = 0; k < i.parameters.size(); ++k) {
    auto &value = i.parameters[k].versions[0].value;
    set(static_cast<int>(k), value ? std::optional<Constant>(*value) : std::nullopt);
  }
}

std::int64_t Instance::word(const interface::Slot &slot, const Constant &c) {
  if (auto *text = std::get_if<std::string>(&c)) {
    auto at = std::find(texts_.begin(), texts_.end(), *text);
    if (at == texts_.end()) at = texts_.insert(texts_.end(), *text);
    return at - texts_.begin();
  }
  Rational scaled = std::get<Rational>(c) * power_of_ten(slot.type.scale);
  Integer n = slot.type.base == ValueType::ratio ? numerator(std::get<Rational>(c)) : numerator(scaled);
  // Beyond what the slot holds is beyond every range: the evaluator answers `input out of range`.
  Integer limit = slot.at.elem == Elem::i32 ? Integer(INT32_MAX) : Integer(INT64_MAX);
  return static_cast<std::int64_t>(std::max(Integer(-limit - 1), std::min(limit, n)));
}

void Instance::write(std::vector<std::uint8_t> &to, const interface::Slot &slot, const Constant &c) {
  auto n = word(slot, c);
  put(to, slot.at.offset, &n, size_of(slot.at.elem));
  if (slot.type.base == ValueType::ratio) {
    auto d = denominator(std::get<Rational>(c));
    auto below = d > INT64_MAX ? INT64_MAX : static_cast<std::int64_t>(d);
    put(to, slot.at.offset + 8, &below, 8);
  }
  std::uint8_t yes = 1;
  if (slot.known) put(to, *slot.known, &yes, 1);
}

void Instance::set(int parameter, const std::optional<Constant> &value) {
  auto &slot = i_.parameter_layout.slots[static_cast<std::size_t>(parameter)];
  if (value) write(parameters_, slot, *value);
  else parameters_[*slot.known] = 0;
  set_[static_cast<std::size_t>(parameter)] = value;
  unsettle();
}

void Instance::give(int fact, const std::optional<std::vector<Constant>> &keys, std::optional<Constant> value) {
  if (keys && !keys->empty()) keyed_[{fact, *keys}] = std::move(value);
  else general_[fact] = std::move(value);
  stale_ = true;
  unsettle();
}

void Instance::unsettle() {
  checkpoints_.clear();
  steady_ = ledger_.empty();
}

bool Instance::given(int fact) const {
  if (auto at = general_.find(fact); at != general_.end() && at->second) return true;
  return std::any_of(keyed_.begin(), keyed_.end(), [&](auto &k) { return k.first.first == fact && k.second; });
}

bool Instance::given(int fact, const std::vector<Constant> &keys) const { return keyed_.count({fact, keys}) > 0; }

void Instance::choose(int group, int choice) {
  readings_[static_cast<std::size_t>(group)] = static_cast<std::uint8_t>(choice + 1);
  unsettle();
}

std::optional<Constant> Instance::look_up(const interface::Keyed &k, const std::vector<Constant> &keys) const {
  if (k.kind == interface::Keyed::occurrence) {
    auto at = acts_.find({k.index, k.party, keys});
    return Constant(Rational(at == acts_.end() ? INT32_MAX : at->second.day));
  }
  if (auto at = keyed_.find({k.index, keys}); at != keyed_.end()) return at->second;
  if (auto at = general_.find(k.index); at != general_.end()) return at->second;
  return std::nullopt;
}

std::optional<Constant> Instance::known(const interface::Keyed &k, const std::vector<Constant> &arguments) const {
  std::vector<Constant> keys;
  for (std::size_t j = 0; j < k.arguments.size(); ++j)
    keys.push_back(k.arguments[j] < 0 ? k.constants[j] : arguments[static_cast<std::size_t>(k.arguments[j])]);
  return look_up(k, keys);
}

std::optional<int> Instance::chosen(int group) const {
  auto n = readings_[static_cast<std::size_t>(group)];
  return n ? std::optional(n - 1) : std::nullopt;
}

bool Instance::disclosed(int parameter) const {
  auto &slot = i_.parameter_layout.slots[static_cast<std::size_t>(parameter)];
  return parameters_[*slot.known] != 0;
}

void Instance::fill_facts() {
  if (!stale_) return;
  stale_ = false;
  std::fill(facts_.begin(), facts_.end(), std::uint8_t(0));
  for (auto &k : i_.fact_inputs)
    if (auto value = look_up(k, k.constants)) write(facts_, i_.fact_layout.slots[k.slot], *value);
}

std::vector<std::uint8_t> Instance::fresh_state(std::int32_t day) const {
  std::vector<std::uint8_t> out(i_.state_layout.size);
  code_.init(parameters_.data(), day, out.data());
  return out;
}

void Instance::start(std::int32_t day) {
  if (started_ || !code_.init) return;
  started_ = true;
  now_ = i_.effective.value_or(day);
  code_.init(parameters_.data(), now_, state_.data());
}

// A tick that fails halts the ledger, as a step does; one that is refused changes nothing.
std::optional<Status> Instance::advance_once(std::int32_t day, Ticked *ticked) {
  if (!code_.init || i_.tick.boundaries.empty()) return std::nullopt;
  start(day);
  fill_facts();
  auto next = code_.next(parameters_.data(), state_.data());
  if (next > day) return std::nullopt;
  if (ticked) ticked->day = next, ticked->trace.assign(interface::trace_words(i_.tick.sites.size()), 0);
  auto tick = ticked ? code_.traced_tick : code_.tick;
  auto status = static_cast<Status>(
      tick(parameters_.data(), facts_.data(), readings_.data(), state_.data(), next_.data(), ticked ? ticked->trace.data() : nullptr));
  if (status < Status::tick_needed) state_.swap(next_);
  return status;
}

Status Instance::advance(std::int32_t day, std::vector<Ticked> *ticks) {
  Ticked ticked;
  while (auto status = advance_once(day, ticks ? &ticked : nullptr)) {
    if (*status != Status::ok) return *status;
    if (ticks) ticks->push_back(ticked);
  }
  return Status::ok;
}

bool Instance::halted(const std::vector<std::uint8_t> &state) const {
  auto &slots = i_.state_layout.slots;
  auto halt = std::find_if(slots.begin(), slots.end(), [](auto &s) { return s.name == "halt"; });
  return state[halt->at.offset] != 0;
}

Status Instance::apply(const Row &row, std::vector<std::int64_t> *trace, std::vector<Ticked> *ticks) {
  auto at = std::find_if(i_.steps.begin(), i_.steps.end(), [&](auto &s) { return s.kind == row.kind && s.subject == row.subject; });
  auto index = static_cast<std::size_t>(at - i_.steps.begin());
  start(row.on);
  fill_facts();
  auto untouched = state_;
  if (auto s = advance(row.on, ticks); s != Status::ok) return s;
  std::vector<std::uint8_t> event(at->layout.size);
  auto &slots = at->layout.slots;
  write(event, slots[0], Rational(row.on));
  write(event, slots[1], Rational(row.economic));
  std::size_t next = 2;
  if (row.kind == interface::StepInfo::does) write(event, slots[next++], Rational(row.party));
  for (auto &value : row.values) write(event, slots[next++], value);
  if (trace) trace->assign(interface::trace_words(at->sites.size()), 0);
  auto step = trace ? code_.traced_steps[index] : code_.steps[index];
  auto status = static_cast<Status>(
      step(parameters_.data(), facts_.data(), readings_.data(), state_.data(), event.data(), next_.data(), trace ? trace->data() : nullptr));
  // A row that is out of range is refused; a figure that the step came to and is out of range halts it.
  bool refused = status >= Status::tick_needed || (status == Status::input_out_of_range && !halted(next_));
  if (status != Status::ok && refused) {
    state_ = std::move(untouched);
    if (ticks) ticks->clear();
    return status;
  }
  state_.swap(next_);
  if (status != Status::ok) return status;
  now_ = row.on;
  if (row.kind == interface::StepInfo::does) {
    for (int party : {-1, row.party}) acts_.try_emplace({row.subject, party, row.values}, Act{row.on, ledger_.size()});
    stale_ = true;
  }
  if (!keeps_rows_) return status;
  ledger_.push_back(row);
  if (steady_ && ledger_.size() % rows_apart == 0) checkpoints_.push_back({ledger_.size(), now_, state_});
  return status;
}

Instance Instance::under(const Interface &i, const Code &code) const {
  Instance out(i, code);
  DEAL_CHECK(out.state_.size() == state_.size() && out.set_.size() == set_.size(), "the state is laid out otherwise");
  for (std::size_t k = 0; k < set_.size(); ++k) out.set(static_cast<int>(k), set_[k]);
  out.readings_ = readings_, out.state_ = state_, out.keyed_ = keyed_, out.general_ = general_, out.acts_ = acts_;
  out.now_ = now_, out.started_ = started_, out.keeps_rows_ = keeps_rows_;
  return out;
}

Instance Instance::replayed(std::int32_t day) const {
  DEAL_CHECK(keeps_rows_, "an earlier day is asked about, and rows are not kept");
  auto from = std::partition_point(checkpoints_.begin(), checkpoints_.end(), [&](auto &c) { return c.now <= day; });
  auto rows = from == checkpoints_.begin() ? 0 : std::prev(from)->rows;
  auto out = under(i_, code_);
  out.steady_ = false;
  std::erase_if(out.acts_, [&](auto &act) { return act.second.row >= rows; });
  if (rows > 0) out.state_ = std::prev(from)->state, out.now_ = std::prev(from)->now;
  else {
    out.started_ = false;
    if (!ledger_.empty()) out.start(std::min(ledger_.front().on, day));
  }
  for (auto k = rows; k < ledger_.size() && ledger_[k].on <= day; ++k) out.apply(ledger_[k]);
  out.now_ = day;
  return out;
}

// A question works on a copy: what it starts or ticks is undone, however late its day (rule 27).
class Instance::Asking {
public:
  explicit Asking(Instance &i) : i_(i), state_(i.state_), now_(i.now_), started_(i.started_) {}
  ~Asking() { i_.state_.swap(state_), i_.now_ = now_, i_.started_ = started_; }
  Asking(const Asking &) = delete;
  Asking &operator=(const Asking &) = delete;

private:
  Instance &i_;
  std::vector<std::uint8_t> state_;
  std::int32_t now_;
  bool started_;
};

Answer Instance::ask(std::size_t term, std::int32_t day, bool traced) {
  if (started_ && day < now_) {
    auto earlier = replayed(day);
    return earlier.ask(term, day, traced);
  }
  Asking undone(*this);
  start(day);
  fill_facts();
  advance(day);
  auto &info = i_.terms[term];
  std::uint64_t out[8] = {};
  Answer a;
  auto f = traced && code_.traced_terms[term] ? code_.traced_terms[term] : code_.terms[term];
  a.trace.assign(interface::trace_words(info.sites.size()) + 1, 0);
  a.status = static_cast<Status>(f(parameters_.data(), facts_.data(), readings_.data(), state_.data(), nullptr, day, out, a.trace.data()));
  if (a.status != Status::ok) return a;
  if (info.wide) a.value = Rational(wide(out), wide(out + 4));
  else {
    std::int64_t n = 0;
    auto base = info.type.base;
    bool small = interface::elem_of(info.type) == Elem::i32;
    if (base == ValueType::boolean) n = static_cast<std::int64_t>(out[0] & 0xFF);
    else n = small ? static_cast<std::int32_t>(out[0]) : static_cast<std::int64_t>(out[0]);
    a.value = Rational(Integer(n), power_of_ten(info.type.scale));
  }
  return a;
}

deal_batch Instance::batch(std::int32_t day) {
  Asking undone(*this);
  start(day);
  fill_facts();
  advance(day);
  asked_ = state_;
  return {0, parameters_.data(), facts_.data(), readings_.data(), asked_.data(), day, nullptr, nullptr, nullptr, nullptr};
}

Answer Instance::may(std::size_t question, int party, const std::vector<Constant> &arguments, std::int32_t day, bool traced) {
  if (started_ && day < now_) {
    auto earlier = replayed(day);
    return earlier.may(question, party, arguments, day, traced);
  }
  Asking undone(*this);
  start(day);
  fill_facts();
  advance(day);
  auto &info = i_.questions[question];
  std::vector<std::uint8_t> asked(info.layout.size);
  write(asked, info.layout.slots[0], Rational(party));
  for (std::size_t k = 0; k < arguments.size(); ++k) write(asked, info.layout.slots[k + 1], arguments[k]);
  for (auto &k : info.inputs) {
    if (auto value = known(k, arguments)) write(asked, info.layout.slots[k.slot], *value);
  }
  std::int32_t verdict = 0;
  Answer a;
  a.trace.assign(interface::trace_words(info.sites.size()) + 1, 0);
  auto f = traced && code_.traced_questions[question] ? code_.traced_questions[question] : code_.questions[question];
  a.status = static_cast<Status>(f(parameters_.data(), facts_.data(), readings_.data(), state_.data(), asked.data(), day, &verdict, a.trace.data()));
  if (a.status == Status::ok) a.value = verdict;
  return a;
}

} // namespace deal::host
