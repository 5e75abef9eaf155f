// Rows go through in chunks that stay in the first cache: every wanted term for a chunk, then the next chunk. A value that does not vary is
// spread over a chunk once; validity is expanded to bytes only for a chunk that has a null. Results that no cache would keep are made in a
// chunk of their own and go past the caches.
#include "batch.h"
#include "stream.h"

namespace {

int instructions = 0; // set once, when the library is loaded

void copy(uint8_t *to, const uint8_t *from, uint32_t n) {
  for (uint32_t i = 0; i < n; ++i) to[i] = from[i];
}

bool bit(const uint8_t *bits, int64_t at) { return bits[at / 8] >> (at % 8) & 1; }

// Bits `from` to `from + n` are all set; whole words where they can be.
bool all_set(const uint8_t *bits, int64_t from, int64_t n) {
  for (; n > 0 && from % 8 != 0; ++from, --n)
    if (!bit(bits, from)) return false;
  const uint8_t *p = bits + from / 8;
  for (; n >= 64; n -= 64, p += 8) {
    uint64_t word;
    __builtin_memcpy(&word, p, 8);
    if (~word) return false;
  }
  for (int64_t i = 0; i < n; ++i)
    if (!bit(p, i)) return false;
  return true;
}

// One byte a bit, eight at a time: the byte is spread over a word by a multiplication.
void expand(uint8_t *to, const uint8_t *bits, int64_t from, int64_t n) {
  int64_t i = 0;
  for (; i < n && (from + i) % 8 != 0; ++i) to[i] = bit(bits, from + i);
  for (; i + 8 <= n; i += 8) {
    uint64_t byte = bits[(from + i) / 8];
    uint64_t word = (byte * 0x0101010101010101u & 0x8040201008040201u) + 0x00406070787C7E7Fu;
    word = word >> 7 & 0x0101010101010101u;
    __builtin_memcpy(to + i, &word, 8);
  }
  for (; i < n; ++i) to[i] = bit(bits, from + i);
}

struct Columns {
  const deal_batch &b;
  const deal_plans &plans;
  const uint8_t **values, **known;
  uint8_t **areas;   // where a value, or flags, are spread over a chunk; null: nothing is to spread
  uint32_t *strides; // bytes from row to row; 0: the same values for every chunk
  uint8_t *unknown;  // 1: some row of the chunk is not known
  uint8_t *ones;
  int64_t chunk;
  const void *state; // null where it is of another layout: nothing of it is read
  bool nulls;        // some input is unknown in some row of the chunk
  bool foreign;      // some row's state may be of another layout

  const void *structure(uint32_t region) const { return region == 0 ? b.parameters : region == 1 ? b.facts : state; }
  const deal_column *column(const deal_input &in) const {
    const deal_column *all = in.region == 0 ? b.parameter_columns : in.region == 1 ? b.fact_columns : b.state_columns;
    if (in.region == 3 || !all || !all[in.slot].values) return nullptr;
    return all + in.slot;
  }
  // Read where it is: a parameter that is the same in all rows, or what is no column's width.
  bool stays(uint32_t k) const { return (plans.inputs[k].region == 0 && !b.parameter_columns) || plans.inputs[k].size > 8; }
  // Bytes a row that an input needs beside its column.
  int64_t spread(uint32_t k) const {
    const deal_input &in = plans.inputs[k];
    if (stays(k)) return 0;
    if (in.region == 3) return b.today_column ? 0 : 4;
    const deal_column *c = column(in);
    return c ? c->validity != nullptr : in.size + 1;
  }
  uint8_t *flag_area(uint32_t k) const { return column(plans.inputs[k]) ? areas[k] : areas[k] + plans.inputs[k].size * chunk; }

  bool nullable(uint32_t k) const {
    const deal_column *c = plans.inputs[k].region == 3 ? nullptr : column(plans.inputs[k]);
    return c && c->validity;
  }
  void all_known(uint32_t k) { known[k] = ones, unknown[k] = 0; }
  void none_known(uint32_t k) {
    uint8_t *to = flag_area(k);
    for (int64_t r = 0; r < chunk; ++r) to[r] = 0;
    known[k] = to, unknown[k] = 1;
  }
  // Before the first chunk.
  void prepare(uint32_t k) {
    const deal_input &in = plans.inputs[k];
    all_known(k);
    strides[k] = 0;
    if (stays(k)) {
      const uint8_t *from = static_cast<const uint8_t *>(structure(in.region));
      values[k] = ones, unknown[k] = in.known != UINT32_MAX && !(from && from[in.known]);
      return;
    }
    if (in.region == 3 && b.today_column) {
      values[k] = reinterpret_cast<const uint8_t *>(b.today_column), strides[k] = 4;
      return;
    }
    if (const deal_column *c = in.region == 3 ? nullptr : column(in)) {
      values[k] = static_cast<const uint8_t *>(c->values) + c->offset * in.size, strides[k] = in.size;
      return;
    }
    const uint8_t *from = in.region == 3 ? reinterpret_cast<const uint8_t *>(&b.today) : static_cast<const uint8_t *>(structure(in.region));
    uint8_t *to = areas[k];
    uint32_t offset = in.region == 3 ? 0 : in.offset;
    for (int64_t r = 0; r < chunk; ++r)
      for (uint32_t i = 0; i < in.size; ++i) to[r * in.size + i] = from ? from[offset + i] : 0;
    values[k] = to;
    if (in.known != UINT32_MAX && !(from && from[in.known])) none_known(k);
  }
  // The layout is the first cell of a state; where it comes as a column with nulls, the form for a row looks at each.
  bool is_foreign(int64_t first, int64_t n) const {
    const deal_column *c = b.state_columns && b.state_columns[0].values ? b.state_columns : nullptr;
    if (!c) return !state;
    if (c->validity) return true;
    auto *layouts = static_cast<const int64_t *>(c->values) + c->offset + first;
    bool other = false;
    for (int64_t i = 0; i < n; ++i) other |= layouts[i] != plans.layout;
    return other;
  }
  bool reads_state(const deal_plan &plan) const {
    for (uint32_t u = 0; u < plan.use_count; ++u)
      if (plans.inputs[plan.uses[u]].region == 2) return true;
    return false;
  }
  // The flags of a column that has a bitmap.
  void flags(uint32_t k, int64_t first, int64_t n) {
    const deal_column *c = column(plans.inputs[k]);
    if (all_set(c->validity, c->offset + first, n)) return all_known(k);
    expand(flag_area(k), c->validity, c->offset + first, n);
    known[k] = flag_area(k), unknown[k] = 1;
  }
};

// Where the form for a row is all there is: each row is gathered into the structs of a single call.
int64_t one_by_one(const Columns &c, const deal_plan &plan, int64_t first, int64_t n, uint8_t *out, uint8_t *statuses, uint8_t *rows) {
  const deal_batch &b = c.b;
  const void *structs[3];
  uint8_t *copies[3];
  for (uint32_t k = 0; k < 3; ++k) {
    const deal_column *columns = k == 0 ? b.parameter_columns : k == 1 ? b.fact_columns : b.state_columns;
    copies[k] = columns ? rows : nullptr;
    structs[k] = columns ? rows : c.structure(k);
    auto *from = static_cast<const uint8_t *>(c.structure(k));
    for (uint32_t i = 0; columns && i < c.plans.sizes[k]; ++i) rows[i] = from ? from[i] : 0;
    rows += c.plans.sizes[k];
  }
  int64_t failed = 0;
  for (int64_t i = 0; i < n; ++i) {
    for (uint32_t k = 0; k < c.plans.input_count; ++k) {
      const deal_input &in = c.plans.inputs[k];
      const deal_column *column = c.column(in);
      if (!column) continue;
      int64_t at = column->offset + first + i;
      bool given = !column->validity || bit(column->validity, at);
      if (given) copy(copies[in.region] + in.offset, static_cast<const uint8_t *>(column->values) + at * in.size, in.size);
      if (in.known != UINT32_MAX) copies[in.region][in.known] = given;
    }
    int32_t today = b.today_column ? b.today_column[first + i] : b.today;
    statuses[i] = static_cast<uint8_t>(plan.term(structs[0], structs[1], b.readings, structs[2], nullptr, today, out + i * plan.value_size));
    failed += statuses[i] != 0;
  }
  return failed;
}

// What is wanted of the terms from `first` on, and where it goes.
struct Wanted {
  const deal_output *outputs;
  uint32_t first;
  uint8_t *spare;   // for statuses that nobody wants
  uint8_t *results; // where results stand before they are streamed; null: they are written where they go
  const deal_output &of(uint32_t term) const { return outputs[term - first]; }
};

int64_t rest(const Columns &c, const deal_plan &plan, int64_t first, int64_t done, int64_t n, uint8_t *out, uint8_t *statuses, uint8_t *rows) {
  deal_kernel row = plan.row[c.b.parameter_columns != nullptr];
  out += done * plan.value_size, statuses += done;
  if (!row || (c.foreign && c.reads_state(plan))) return one_by_one(c, plan, first + done, n - done, out, statuses, rows);
  const uint8_t **values = c.values, **known = c.known;
  auto move = [&](int64_t by) {
    for (uint32_t u = 0; u < plan.use_count; ++u) {
      uint32_t k = plan.uses[u];
      values[k] += by * c.plans.inputs[k].size, known[k] += by;
    }
  };
  move(done);
  int64_t failed = row(values, known, c.b.parameters, c.b.readings, n - done, &out, &statuses);
  move(-done);
  return failed;
}

int64_t run(const Columns &c, const deal_set &set, const Wanted &wanted, int64_t first, int64_t n, uint8_t *rows) {
  uint8_t *out[deal_most_terms], *statuses[deal_most_terms];
  bool all_known = true;
  for (uint32_t m = 0; m < set.term_count; ++m) {
    const deal_plan &plan = c.plans.terms[set.terms[m]];
    const deal_output &to = wanted.of(set.terms[m]);
    out[m] = wanted.results ? wanted.results + m * 8 * deal_most_rows : static_cast<uint8_t *>(to.values) + first * plan.value_size;
    statuses[m] = to.statuses ? to.statuses + first : wanted.spare;
    if (c.nulls)
      for (uint32_t u = 0; u < plan.use_count; ++u) all_known &= !c.unknown[plan.uses[u]];
  }
  deal_kernel kernel = set.columns[c.b.parameter_columns != nullptr][instructions][!all_known];
  int64_t done = 0, failed = 0;
  bool refused = false; // a state of another layout: only the form for a row says so
  for (uint32_t m = 0; m < set.term_count && c.foreign; ++m) refused |= c.reads_state(c.plans.terms[set.terms[m]]);
  if (kernel && !refused && n >= set.lanes) {
    int64_t whole = n & -static_cast<int64_t>(set.lanes); // a power of two
    int64_t found = kernel(c.values, c.known, c.b.parameters, c.b.readings, whole, out, statuses);
    if (found >= 0) done = whole, failed = found;
  }
  for (uint32_t m = 0; m < set.term_count; ++m) {
    const deal_plan &plan = c.plans.terms[set.terms[m]];
    if (wanted.of(set.terms[m]).statuses && (plan.infallible >> !all_known & 1))
      for (int64_t i = 0; i < done; ++i) statuses[m][i] = 0;
    if (done < n) failed += rest(c, plan, first, done, n, out[m], statuses[m], rows);
    if (wanted.results) deal_stream(static_cast<uint8_t *>(wanted.of(set.terms[m]).values) + first * plan.value_size, out[m], n * plan.value_size);
  }
  return failed;
}

// The sets that give what is wanted: those of several terms where all of them are, and parameters are the same in all rows.
uint32_t choose(const deal_plans &plans, bool shares, const Wanted &wanted, uint32_t count, uint32_t *chosen, uint8_t *given) {
  uint32_t n = 0;
  for (uint32_t t = 0; t < count; ++t) given[t] = !wanted.outputs[t].values;
  for (uint32_t s = plans.term_count; s < plans.set_count && shares; ++s) {
    const deal_set &set = plans.sets[s];
    bool all = true;
    for (uint32_t m = 0; m < set.term_count; ++m) all &= !given[set.terms[m]];
    if (!all) continue;
    chosen[n++] = s;
    for (uint32_t m = 0; m < set.term_count; ++m) given[set.terms[m]] = 1;
  }
  for (uint32_t t = 0; t < count; ++t)
    if (!given[t]) chosen[n++] = wanted.first + t;
  return n;
}

} // namespace

extern "C" int64_t deal_run_batch(const deal_batch *b, const deal_plans *plans, uint32_t first_term, uint32_t count, const deal_output *outputs,
                                  uint8_t *scratch) {
  uint32_t inputs = plans->input_count;
  auto *values = reinterpret_cast<const uint8_t **>(scratch);
  auto *known = values + inputs;
  auto **areas = reinterpret_cast<uint8_t **>(scratch + static_cast<int64_t>(inputs) * 16);
  auto *used = reinterpret_cast<uint32_t *>(scratch + static_cast<int64_t>(inputs) * 24); // the inputs that some wanted term reads
  auto *strides = used + inputs;
  uint8_t *unknown = scratch + static_cast<int64_t>(inputs) * 32;
  auto *chosen = reinterpret_cast<uint32_t *>(scratch + static_cast<int64_t>(inputs) * 48);
  auto *given = reinterpret_cast<uint8_t *>(chosen + count);
  uint8_t *spare = given + count, *ones = spare + deal_most_rows;
  uint8_t *results = ones + deal_most_rows;
  uint8_t *rows = results + deal_most_terms * 8 * deal_most_rows, *free = rows;
  for (uint32_t k = 0; k < 3; ++k) free += plans->sizes[k];
  for (int64_t r = 0; r < deal_most_rows; ++r) ones[r] = 1;
  bool own = b->state && *static_cast<const int64_t *>(b->state) == plans->layout;
  Columns c{*b, *plans, values, known, areas, strides, unknown, ones, deal_most_rows, own ? b->state : nullptr, false, false};
  int64_t result_bytes = 0;
  for (uint32_t t = 0; t < count; ++t)
    if (outputs[t].values) result_bytes += b->rows * plans->terms[first_term + t].value_size;
  Wanted wanted{outputs, first_term, spare, result_bytes > deal_stream_bytes ? results : nullptr};
  uint32_t sets = choose(*plans, count == plans->term_count && !b->parameter_columns, wanted, count, chosen, given);
  for (uint32_t k = 0; k < inputs; ++k) unknown[k] = 0, values[k] = known[k] = nullptr;
  uint32_t use_count = 0;
  int64_t bytes = 0;
  for (uint32_t t = 0; t < count; ++t) {
    if (!outputs[t].values) continue;
    const deal_plan &plan = plans->terms[first_term + t];
    for (uint32_t u = 0; u < plan.use_count; ++u) {
      uint32_t k = plan.uses[u];
      if (known[k]) continue;
      known[k] = ones;
      used[use_count++] = k;
      bytes += c.spread(k);
    }
  }
  while (c.chunk > deal_least_rows && c.chunk * bytes > deal_spread_bytes) c.chunk /= 2;
  int64_t chunk = c.chunk;
  for (uint32_t u = 0; u < use_count; ++u) {
    uint32_t k = used[u];
    areas[k] = free;
    free += c.spread(k) * chunk;
    c.prepare(k);
  }
  // Those with a bitmap first.
  uint32_t nullable = 0;
  bool none = false, states = false;
  for (uint32_t u = 0; u < use_count; ++u) {
    uint32_t k = used[u];
    none |= unknown[k], states |= plans->inputs[k].region == 2;
    if (c.nullable(k)) used[u] = used[nullable], used[nullable++] = k;
  }
  int64_t failed = 0;
  for (int64_t first = 0; first < b->rows; first += chunk) {
    int64_t n = b->rows - first < chunk ? b->rows - first : chunk;
    c.nulls = none, c.foreign = states && c.is_foreign(first, n);
    for (uint32_t u = 0; u < nullable; ++u) c.flags(used[u], first, n), c.nulls |= unknown[used[u]];
    for (uint32_t k = 0; k < sets; ++k) failed += run(c, plans->sets[chosen[k]], wanted, first, n, rows);
    for (uint32_t u = 0; u < use_count; ++u) values[used[u]] += strides[used[u]] * static_cast<uint64_t>(n);
  }
  deal_streamed();
  return failed;
}

extern "C" int32_t deal_instructions(void) { return instructions; }

extern "C" void deal_choose_instructions(void) { instructions = deal_instruction_set(); }
