#include "rounding.h"
#include "runtime.h"

namespace {

// Magnitudes of N 32-bit limbs. Knuth's algorithm D (TAOCP 4.3.1): 64/32 divisions only, so that no helper of libgcc is called.
template <int N> struct Limbs { uint32_t w[N]; };

template <int N> bool load(Limbs<N> &out, const uint64_t *words) { // the magnitude; true where negative
  bool negative = static_cast<int64_t>(words[N / 2 - 1]) < 0;
  uint64_t carry = negative;
  for (int i = 0; i < N / 2; ++i) {
    uint64_t w = negative ? ~words[i] : words[i];
    uint64_t sum = w + carry;
    carry = carry && sum == 0;
    out.w[2 * i] = static_cast<uint32_t>(sum);
    out.w[2 * i + 1] = static_cast<uint32_t>(sum >> 32);
  }
  return negative;
}

template <int N> int length(const Limbs<N> &a) {
  int n = N;
  while (n > 0 && a.w[n - 1] == 0) --n;
  return n;
}

template <int N> void divide(const Limbs<N> &a, const Limbs<N> &b, Limbs<N> &q, Limbs<N> &r) {
  for (int i = 0; i < N; ++i) q.w[i] = r.w[i] = 0;
  int n = length(b), m = length(a);
  if (m < n) {
    for (int i = 0; i < N; ++i) r.w[i] = a.w[i];
    return;
  }
  if (n == 1) {
    uint64_t rest = 0;
    for (int i = m - 1; i >= 0; --i) {
      uint64_t cur = (rest << 32) | a.w[i];
      q.w[i] = static_cast<uint32_t>(cur / b.w[0]);
      rest = cur % b.w[0];
    }
    r.w[0] = static_cast<uint32_t>(rest);
    return;
  }
  int shift = __builtin_clz(b.w[n - 1]);
  uint32_t u[N + 1], v[N];
  for (int i = n - 1; i > 0; --i) v[i] = shift ? (b.w[i] << shift) | (b.w[i - 1] >> (32 - shift)) : b.w[i];
  v[0] = b.w[0] << shift;
  u[m] = shift ? a.w[m - 1] >> (32 - shift) : 0;
  for (int i = m - 1; i > 0; --i) u[i] = shift ? (a.w[i] << shift) | (a.w[i - 1] >> (32 - shift)) : a.w[i];
  u[0] = a.w[0] << shift;
  for (int j = m - n; j >= 0; --j) {
    uint64_t top = (static_cast<uint64_t>(u[j + n]) << 32) | u[j + n - 1];
    uint64_t guess = top / v[n - 1], rest = top % v[n - 1];
    while (guess >> 32 || guess * v[n - 2] > ((rest << 32) | u[j + n - 2])) {
      --guess;
      rest += v[n - 1];
      if (rest >> 32) break;
    }
    int64_t borrow = 0;
    for (int i = 0; i < n; ++i) {
      uint64_t p = guess * v[i];
      int64_t t = static_cast<int64_t>(u[i + j]) - borrow - static_cast<int64_t>(p & 0xFFFFFFFFu);
      u[i + j] = static_cast<uint32_t>(t);
      borrow = static_cast<int64_t>(p >> 32) - (t >> 32);
    }
    int64_t t = static_cast<int64_t>(u[j + n]) - borrow;
    u[j + n] = static_cast<uint32_t>(t);
    if (t < 0) {
      --guess;
      uint64_t carry = 0;
      for (int i = 0; i < n; ++i) {
        carry += static_cast<uint64_t>(u[i + j]) + v[i];
        u[i + j] = static_cast<uint32_t>(carry);
        carry >>= 32;
      }
      u[j + n] += static_cast<uint32_t>(carry);
    }
    q.w[j] = static_cast<uint32_t>(guess);
  }
  for (int i = 0; i < n; ++i) r.w[i] = shift ? (u[i] >> shift) | static_cast<uint32_t>(static_cast<uint64_t>(u[i + 1]) << (32 - shift)) : u[i];
}

// Twice the rest against the divisor: -1, 0, 1.
template <int N> int half(const Limbs<N> &r, const Limbs<N> &d) {
  uint32_t carry = 0;
  Limbs<N> twice;
  for (int i = 0; i < N; ++i) {
    twice.w[i] = (r.w[i] << 1) | carry;
    carry = r.w[i] >> 31;
  }
  if (carry) return 1;
  for (int i = N - 1; i >= 0; --i)
    if (twice.w[i] != d.w[i]) return twice.w[i] < d.w[i] ? -1 : 1;
  return 0;
}

bool away(int64_t mode, bool negative, bool odd, int against_half) {
  switch (mode) {
  case up: return true;
  case down: return false;
  case ceiling: return !negative;
  case floor_: return negative;
  case half_up: return against_half >= 0;
  case half_down: return against_half > 0;
  default: return against_half > 0 || (against_half == 0 && odd);
  }
}

template <int N> void round_div(uint64_t *quotient, const uint64_t *n, const uint64_t *d, int64_t mode) {
  Limbs<N> a, b, q, r;
  bool negative = load(a, n);
  load(b, d);
  divide(a, b, q, r);
  if (length(r) > 0 && away(mode, negative, q.w[0] & 1, half(r, b)))
    for (int i = 0; i < N; ++i)
      if (++q.w[i] != 0) break;
  uint64_t carry = negative;
  for (int i = 0; i < N / 2; ++i) {
    uint64_t w = (static_cast<uint64_t>(q.w[2 * i + 1]) << 32) | q.w[2 * i];
    w = negative ? ~w : w;
    quotient[i] = w + carry;
    carry = carry && quotient[i] == 0;
  }
}

} // namespace

extern "C" void deal_round_div_128(uint64_t *quotient, const uint64_t *n, const uint64_t *d, int64_t mode) { round_div<4>(quotient, n, d, mode); }
extern "C" void deal_round_div_256(uint64_t *quotient, const uint64_t *n, const uint64_t *d, int64_t mode) { round_div<8>(quotient, n, d, mode); }
