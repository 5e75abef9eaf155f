// Depth first, without recursion: chains in a deal are as long as its file.
#pragma once
#include "support/id.h"
#include <vector>

namespace deal::check {

// All ids, each after those that it leads to. `circle(from, k)`: the k-th of the edges of `from` leads back to what led here.
template <class Tag, class Edges, class Circle> std::vector<Id<Tag>> ordered(Ids<Tag> ids, Edges edges, Circle circle) {
  enum Mark : std::uint8_t { fresh, open, done };
  struct Open {
    Id<Tag> node;
    std::vector<Id<Tag>> edges;
    std::size_t next;
  };
  PerId<Tag, Mark> marks(ids.size(), fresh);
  std::vector<Open> path;
  std::vector<Id<Tag>> out;
  auto enter = [&](Id<Tag> node) {
    marks[node] = open;
    path.push_back({node, edges(node), 0});
  };
  for (auto first : ids) {
    if (marks[first] == fresh) enter(first);
    while (!path.empty()) {
      auto &top = path.back();
      if (top.next == top.edges.size()) {
        marks[top.node] = done;
        out.push_back(top.node);
        path.pop_back();
        continue;
      }
      auto to = top.edges[top.next++];
      if (marks[to] == open) circle(top.node, top.next - 1);
      else if (marks[to] == fresh) enter(to);
    }
  }
  return out;
}

} // namespace deal::check
