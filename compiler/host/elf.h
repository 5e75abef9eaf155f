// The dynamic symbols of an ELF shared library, read from its bytes: every offset is looked at before it is followed.
#pragma once
#include "support/result.h"
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace deal::host {

class Elf {
public:
  static Result<Elf> read(std::string_view bytes);

  // The bytes of an object, or none where there is no such symbol or it lies outside the file.
  std::string_view object(const std::string &symbol) const;
  bool has_function(const std::string &symbol) const;
  // The symbol, or one that ends so.
  std::string ending(std::string_view) const;

private:
  struct Symbol {
    std::string_view bytes; // in the file
    bool code;
  };
  std::map<std::string, Symbol, std::less<>> symbols_;
};

} // namespace deal::host
