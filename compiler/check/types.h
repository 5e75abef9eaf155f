// The types of the checked tree. Each stands once in a store, so that equal ids are equal types; what a type is made of it names by id.
#pragma once
#include "check/ids.h"
#include "support/exact.h"
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace deal::check {

using TypeId = Id<struct TypeTag>;

struct Type {
  enum Base : std::uint8_t {
    error,
    boolean,
    integer,
    number,
    ratio,
    decimal,
    percent,
    money,
    date,
    duration,
    months,
    text,
    choice,
    party,
    asset,
    verdict,
    list,
    record
  };
  struct Member {
    std::string name;
    TypeId type;
    friend bool operator==(const Member &, const Member &) = default;
    friend auto operator<=>(const Member &, const Member &) = default;
  };
  Base base = error;
  int scale = 0;                     // places after the point of a stored value: decimal(s), money's minor digits, percent 9
  int currency = -1;                 // index into the ISO 4217 table
  KindId kind;                       // of a choice
  bool bare = false;                 // a decimal without a scale, an unrounded amount: exact, not storable
  std::optional<Rational> low, high; // declared range, in the value's own unit
  bool optional = false;             // a value or none
  TypeId of;                         // of a list: what is in it
  std::vector<Member> members;       // of a record
};
bool operator<(const Type &, const Type &); // some order
inline Type plain(Type::Base base) { return Type{base}; } // without a scale, a currency, a range
Type without_range(Type);
bool is_number(const Type &); // integer, number, ratio, decimal, percent: one dimension
bool same_dimension(const Type &, const Type &);
bool is_storable(const Type &);
bool is_refused(const Type &); // and that was said where it is declared
bool is_scalar(const Type &); // an ordered number of any dimension: number, money, duration, months, date

class Types {
public:
  TypeId add(const Type &);
  const Type &operator[](TypeId id) const { return all_[id]; }

private:
  Store<TypeTag, Type> all_;
  std::map<Type, TypeId> known_;
};

} // namespace deal::check
