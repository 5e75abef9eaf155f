#include "host/elf.h"
#include <cstring>
#include <elf.h>
#include <vector>

namespace deal::host {
namespace {

// The one machine that evaluators are made for so far.
constexpr auto machine = EM_X86_64;

struct Cut {};

// `count` structs at an offset of the file.
template <class T> std::vector<T> table(std::string_view bytes, std::uint64_t offset, std::uint64_t count) {
  if (offset > bytes.size() || count > (bytes.size() - offset) / sizeof(T)) throw Cut{};
  std::vector<T> out(count);
  if (count > 0) std::memcpy(out.data(), bytes.data() + offset, count * sizeof(T));
  return out;
}
std::string_view part(std::string_view bytes, std::uint64_t offset, std::uint64_t size) {
  if (offset > bytes.size() || size > bytes.size() - offset) throw Cut{};
  return bytes.substr(offset, size);
}

// Where an address of the loaded library stands in the file.
std::string_view at_address(std::string_view bytes, const std::vector<Elf64_Phdr> &segments, std::uint64_t address, std::uint64_t size, bool &code) {
  for (auto &s : segments) {
    if (s.p_type != PT_LOAD || address < s.p_vaddr || address - s.p_vaddr >= s.p_filesz) continue;
    auto inside = address - s.p_vaddr;
    if (size > s.p_filesz - inside) break;
    code = s.p_flags & PF_X;
    return part(bytes, s.p_offset + inside, size);
  }
  return {};
}

} // namespace

Result<Elf> Elf::read(std::string_view bytes) {
  try {
    auto head = table<Elf64_Ehdr>(bytes, 0, 1)[0];
    bool library = std::memcmp(head.e_ident, ELFMAG, SELFMAG) == 0 && head.e_type == ET_DYN;
    if (!library) return Failure{"it is no shared library"};
    if (head.e_ident[EI_CLASS] != ELFCLASS64 || head.e_ident[EI_DATA] != ELFDATA2LSB || head.e_machine != machine)
      return Failure{"it is made for another machine"};
    if (head.e_phentsize != sizeof(Elf64_Phdr) || head.e_shentsize != sizeof(Elf64_Shdr)) throw Cut{};
    auto segments = table<Elf64_Phdr>(bytes, head.e_phoff, head.e_phnum);
    for (auto &s : segments) {
      if (s.p_type != PT_LOAD) continue;
      part(bytes, s.p_offset, s.p_filesz);
      if (s.p_filesz > s.p_memsz) throw Cut{};
    }
    auto sections = table<Elf64_Shdr>(bytes, head.e_shoff, head.e_shnum);
    Elf out;
    for (auto &s : sections) {
      if (s.sh_type != SHT_NOBITS && s.sh_type != SHT_NULL) part(bytes, s.sh_offset, s.sh_size);
      if (s.sh_type != SHT_DYNSYM) continue;
      if (s.sh_link >= sections.size()) throw Cut{};
      auto names = part(bytes, sections[s.sh_link].sh_offset, sections[s.sh_link].sh_size);
      for (auto &symbol : table<Elf64_Sym>(bytes, s.sh_offset, s.sh_size / sizeof(Elf64_Sym))) {
        auto name = part(names, symbol.st_name, names.size() - std::min<std::uint64_t>(symbol.st_name, names.size()));
        auto end = name.find('\0');
        if (end == std::string_view::npos) throw Cut{};
        if (symbol.st_shndx == SHN_UNDEF || end == 0) continue;
        bool code = false;
        auto stands = at_address(bytes, segments, symbol.st_value, symbol.st_size, code);
        if (stands.data()) out.symbols_.insert_or_assign(std::string(name.substr(0, end)), Symbol{stands, code});
      }
    }
    return out;
  } catch (const Cut &) {
    return Failure{"the file is cut off or damaged"};
  }
}

std::string_view Elf::object(const std::string &symbol) const {
  auto at = symbols_.find(symbol);
  return at == symbols_.end() || at->second.code ? std::string_view() : at->second.bytes;
}

bool Elf::has_function(const std::string &symbol) const {
  auto at = symbols_.find(symbol);
  return at != symbols_.end() && at->second.code;
}

std::string Elf::ending(std::string_view end) const {
  if (symbols_.contains(end)) return std::string(end);
  for (auto &[name, symbol] : symbols_)
    if (name.ends_with(end)) return name;
  return {};
}

} // namespace deal::host
