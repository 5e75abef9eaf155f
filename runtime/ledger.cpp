// Rows of one instance go through together, the state in registers; what is not ordinary goes row by row through the step itself.
#include "ledger.h"

namespace {

bool is_of(const uint8_t *state, int64_t layout) {
  int64_t found;
  __builtin_memcpy(&found, state, 8);
  return found == layout;
}

// How many rows from `first` on, at most n, are of instances whose state has this layout.
int64_t own_rows(const deal_ledger *l, const deal_ledger_plan *p, int64_t first, int64_t n) {
  for (int64_t i = 0; i < n; ++i) {
    int64_t instance = l->instances[first + i];
    if (i > 0 && instance == l->instances[first + i - 1]) continue;
    if (!is_of(l->states + instance * p->state_size, p->layout)) return i;
  }
  return n;
}

// Rows of a state of another layout: nothing of it is touched.
void refuse(const deal_ledger *l, const deal_ledger_plan *p, int64_t first, int64_t n) {
  for (int64_t i = first; i < first + n; ++i) {
    if (l->statuses) l->statuses[i] = deal_layout_mismatch;
    for (uint32_t k = 0; k < p->emitted_count; ++k)
      if (l->earned && l->earned[k]) static_cast<int64_t *>(l->earned[k])[i] = 0;
  }
}

} // namespace

extern "C" int64_t deal_run_ledger(const deal_ledger *l, const deal_ledger_plan *p, uint8_t *scratch) {
  auto **fields = reinterpret_cast<const uint8_t **>(scratch);
  auto **earned = reinterpret_cast<uint8_t **>(scratch + p->field_count * 8);
  uint8_t *spare = scratch + p->field_count * 8 + p->emitted_count * 8;
  uint8_t *event = spare + static_cast<uint64_t>(p->emitted_count) * 8 * deal_most_rows, *next = event + (p->event_size + 7) / 8 * 8;
  deal_run many = p->many[deal_instructions()];
  deal_portfolio portfolio = p->portfolio[deal_instructions()];
  int64_t failed = 0, at_once = 8 * static_cast<int64_t>(deal_most_rows), lanes = p->lanes;
  for (uint32_t k = 0; k < p->emitted_count; ++k)
    if (!l->earned || !l->earned[k]) at_once = deal_most_rows; // what nobody wants goes to the spare room
  auto point = [&](int64_t row) {
    for (uint32_t k = 0; k < p->field_count; ++k)
      fields[k] = static_cast<const uint8_t *>(l->fields[k].values) + (l->fields[k].offset + row) * p->fields[k].size;
    for (uint32_t k = 0; k < p->emitted_count; ++k)
      earned[k] = l->earned && l->earned[k] ? static_cast<uint8_t *>(l->earned[k]) + row * 8 : spare + k * 8ull * deal_most_rows;
  };
  auto fine = [&](int64_t first, int64_t n) {
    if (l->statuses)
      for (int64_t i = 0; i < n; ++i) l->statuses[first + i] = 0;
  };
  for (int64_t first = 0, by_instance = 0; first < l->rows;) {
    int64_t instance = l->instances ? l->instances[first] : 0, n = 1;
    int64_t most = l->rows - first < at_once ? l->rows - first : at_once;
    // Instances of few rows share the lanes; where that stops, so many rows go instance by instance.
    bool few = l->instances && (most < 8 * lanes || l->instances[first + 8 * lanes - 1] != instance);
    int64_t together = portfolio && few && first >= by_instance ? own_rows(l, p, first, most) : 0;
    if (together >= lanes) {
      point(first);
      together -= together % lanes;
      int64_t done = portfolio(fields, l->parameters, l->facts, l->readings, l->states, together, earned, l->instances + first);
      fine(first, done);
      if (done < together) by_instance = first + done + lanes;
      first += done;
      continue;
    }
    if (by_instance > first && most > by_instance - first) most = by_instance - first;
    if (!l->instances) n = most;
    else
      while (n < most && l->instances[first + n] == instance) ++n;
    uint8_t *state = l->states + instance * p->state_size;
    if (!is_of(state, p->layout)) {
      refuse(l, p, first, n);
      failed += n, first += n;
      continue;
    }
    int64_t done = 0;
    if (many && n >= lanes) {
      int64_t whole = n - n % lanes;
      point(first);
      if (many(fields, l->parameters, l->facts, l->readings, state, whole, earned) == 0) done = whole;
    }
    if (p->one && done < n) {
      point(first + done);
      if (p->one(fields, l->parameters, l->facts, l->readings, state, n - done, earned) == 0) done = n;
    }
    fine(first, done);
    for (; done < n; ++done) {
      point(first + done);
      for (uint32_t k = 0; k < p->field_count; ++k)
        for (uint32_t i = 0; i < p->fields[k].size; ++i) event[p->fields[k].offset + i] = fields[k][i];
      int32_t on;
      __builtin_memcpy(&on, event, 4);
      while (p->next(l->parameters, state) <= on && p->tick(l->parameters, l->facts, l->readings, state, state) == 0) {}
      for (uint32_t i = 0; i < p->state_size; ++i) next[i] = state[i]; // what lies between members stays
      int32_t status = p->step(l->parameters, l->facts, l->readings, state, event, next);
      for (uint32_t i = 0; i < p->state_size; ++i) state[i] = next[i];
      for (uint32_t k = 0; k < p->emitted_count; ++k)
        for (uint32_t i = 0; i < 8; ++i) earned[k][i] = status == 0 ? next[p->emitted[k] + i] : 0;
      if (l->statuses) l->statuses[first + done] = static_cast<uint8_t>(status);
      failed += status != 0;
    }
    first += n;
  }
  return failed;
}
