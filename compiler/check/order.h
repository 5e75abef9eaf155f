// Depth first, without recursion: chains in a deal are as long as its file.
#pragma once
#include <cstdint>
#include <vector>

namespace deal::check {

// The numbers below n, each after those that it leads to. `circle(from, k)`: the k-th of the edges of `from` leads back to what led here.
template <class Edges, class Circle> std::vector<int> ordered(std::size_t n, Edges edges, Circle circle) {
  enum Mark : std::uint8_t { fresh, open, done };
  struct Open {
    int node;
    std::vector<int> edges;
    std::size_t next;
  };
  std::vector<Mark> marks(n, fresh);
  std::vector<Open> path;
  std::vector<int> out;
  auto enter = [&](int node) {
    marks[static_cast<std::size_t>(node)] = open;
    path.push_back({node, edges(node), 0});
  };
  for (std::size_t first = 0; first < n; ++first) {
    if (marks[first] == fresh) enter(static_cast<int>(first));
    while (!path.empty()) {
      auto &top = path.back();
      if (top.next == top.edges.size()) {
        marks[static_cast<std::size_t>(top.node)] = done;
        out.push_back(top.node);
        path.pop_back();
        continue;
      }
      auto to = top.edges[top.next++];
      if (marks[static_cast<std::size_t>(to)] == open) circle(top.node, top.next - 1);
      else if (marks[static_cast<std::size_t>(to)] == fresh) enter(to);
    }
  }
  return out;
}

} // namespace deal::check
