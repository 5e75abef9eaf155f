// The clauses of tests/golden/deals/bench.deal as a person would write them for speed, exact: the honest opponent. Compiled with clang-19,
// -O3 -march=native. Dates are days since 1970-01-01, amounts are cents.
#include <cmath>
#include <cstdint>

namespace {

constexpr int32_t licence_first = 18099, non_exclusive_from = 20570, licence_last = 23010, share_last = 22279;
constexpr int64_t cap = 3'800'000'000'000;

// x / d to the nearest integer, ties to even. Plain integers.
template <int64_t d> int64_t divide(int64_t x) {
  int64_t q = x / d, r = x % d;
  int64_t twice = 2 * (r < 0 ? -r : r);
  if (twice > d || (twice == d && (q & 1))) q += x < 0 ? -1 : 1;
  return q;
}
// The same by an estimate that is corrected, which vectorizes. |x| < 2^51.
template <int64_t d> int64_t divide_fast(int64_t x) {
  constexpr double inverse = 1.0 / d;
  auto q = static_cast<int64_t>(std::nearbyint(static_cast<double>(x) * inverse));
  int64_t r = x - q * d;
  int64_t odd = q & 1;
  return q + (2 * r > d - (d % 2 == 0 ? odd : 0)) - (2 * r < -d + (d % 2 == 0 ? odd : 0));
}
// Plain integers without a branch, for sums that wait for each other.
template <int64_t d> int64_t divide_straight(int64_t x) {
  int64_t q = x / d, r = x % d, sign = x >> 63;
  int64_t twice = 2 * ((r ^ sign) - sign);
  int64_t away = (twice > d) | ((twice == d) & (q & 1));
  return q + ((away ^ sign) - sign);
}
int64_t bounded(int64_t x) { return x < 0 ? 0 : x > cap ? cap : x; }

} // namespace

extern "C" {

void by_hand_int64(int64_t n, const int32_t *date, const int64_t *gross, const int64_t *so_far, const uint8_t *on_azure, const uint8_t *supported,
                   const uint8_t *declines, uint8_t *active, uint8_t *exclusive, int64_t *share, uint8_t *first) {
  for (int64_t i = 0; i < n; ++i) {
    active[i] = date[i] >= licence_first && date[i] <= licence_last;
    exclusive[i] = active[i] && date[i] < non_exclusive_from;
    int64_t s = date[i] <= share_last ? divide<5>(gross[i]) : 0;
    share[i] = bounded(so_far[i] + s) - bounded(so_far[i]);
    first[i] = on_azure[i] || (!supported[i] && declines[i]);
  }
}

void by_hand_vector(int64_t n, const int32_t *__restrict date, const int64_t *__restrict gross, const int64_t *__restrict so_far,
                    const uint8_t *__restrict on_azure, const uint8_t *__restrict supported, const uint8_t *__restrict declines,
                    uint8_t *__restrict active, uint8_t *__restrict exclusive, int64_t *__restrict share, uint8_t *__restrict first) {
  for (int64_t i = 0; i < n; ++i) {
    active[i] = (date[i] >= licence_first) & (date[i] <= licence_last);
    exclusive[i] = (date[i] >= licence_first) & (date[i] < non_exclusive_from);
    int64_t s = divide_fast<5>(gross[i]);
    s = date[i] <= share_last ? s : 0;
    share[i] = bounded(so_far[i] + s) - bounded(so_far[i]);
    first[i] = on_azure[i] | ((supported[i] ^ 1) & declines[i]);
  }
}

// As by_hand_vector, a chunk at a time and a loop for each clause, so that each has the lanes that suit it.
void by_hand_chunks(int64_t n, const int32_t *date, const int64_t *gross, const int64_t *so_far, const uint8_t *on_azure, const uint8_t *supported,
                    const uint8_t *declines, uint8_t *active, uint8_t *exclusive, int64_t *share, uint8_t *first) {
  for (int64_t from = 0; from < n; from += 1024) {
    int64_t m = n - from < 1024 ? n - from : 1024;
    const int32_t *__restrict d = date + from;
    uint8_t *__restrict a = active + from, *__restrict e = exclusive + from, *__restrict f = first + from;
    const int64_t *__restrict g = gross + from, *__restrict t = so_far + from;
    int64_t *__restrict out = share + from;
    const uint8_t *__restrict x = on_azure + from, *__restrict y = supported + from, *__restrict z = declines + from;
    for (int64_t i = 0; i < m; ++i)
      a[i] = (d[i] >= licence_first) & (d[i] <= licence_last), e[i] = (d[i] >= licence_first) & (d[i] < non_exclusive_from);
    for (int64_t i = 0; i < m; ++i) {
      int64_t s = divide_fast<5>(g[i]);
      s = d[i] <= share_last ? s : 0;
      out[i] = bounded(t[i] + s) - bounded(t[i]);
    }
    for (int64_t i = 0; i < m; ++i) f[i] = x[i] | ((y[i] ^ 1) & z[i]);
  }
}

void by_hand_q4(int64_t n, const int64_t *__restrict gross, int64_t *__restrict out) {
  for (int64_t i = 0; i < n; ++i) out[i] = divide_fast<8>(gross[i]);
}

// One call for each clause.
int32_t by_hand_active(int32_t date, uint8_t *out) { return *out = date >= licence_first && date <= licence_last, 0; }
int32_t by_hand_share(int32_t date, int64_t gross, int64_t so_far, int64_t *out) {
  int64_t s = date <= share_last ? divide<5>(gross) : 0;
  return *out = bounded(so_far + s) - bounded(so_far), 0;
}
int32_t by_hand_first(uint8_t on_azure, uint8_t supported, uint8_t declines, uint8_t *out) { return *out = on_azure || (!supported && declines), 0; }

// A ledger sorted by date: what each report earns under the cap in total.
void by_hand_ledger(int64_t n, const int32_t *date, const int64_t *gross, int64_t *entitlement, int64_t *earned) {
  int64_t total = *entitlement;
  for (int64_t i = 0; i < n; ++i) {
    int64_t s = date[i] <= share_last ? divide_straight<5>(gross[i]) : 0;
    earned[i] = bounded(total + s) - bounded(total);
    total += s;
  }
  *entitlement = total;
}

// Many instances, each with a running total; the rows of one stand together.
void by_hand_portfolio(int64_t n, const int64_t *instance, const int32_t *date, const int64_t *gross, int64_t *entitlements, int64_t *earned) {
  for (int64_t i = 0; i < n;) {
    int64_t who = instance[i], total = entitlements[who];
    for (; i < n && instance[i] == who; ++i) {
      int64_t s = date[i] <= share_last ? divide_straight<5>(gross[i]) : 0;
      earned[i] = bounded(total + s) - bounded(total);
      total += s;
    }
    entitlements[who] = total;
  }
}
}
