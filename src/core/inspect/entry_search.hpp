#pragma once

#include "core/inspect/entry_levels.hpp"

#include <algorithm>
#include <span>
#include <vector>

namespace toeplix::detail {

/// Finds the entries of one offset `column - row`: all ways to take one term of every level so that
/// the offsets add up to it.
class EntrySearch {
 public:
  explicit EntrySearch(EntryLevels levels);

  const EntryLevels& levels() const { return levels_; }

  /// The number of entries of an offset in the rows of a box. Cost: the runs, and the terms of
  /// slower levels that faster ones can complete; not the entries.
  Index count(const RowBox& box, Index offset) const { return count(0, box, offset); }

  /// Calls `visit(first_row, row_step, count, weights)` for the entries of an offset in the rows of
  /// a box, `count` entries of the same weights at a time. The weights ascend.
  template <class Visit>
  void for_each_run(const RowBox& box, Index offset, const Visit& visit) const {
    Walk walk(*this, box, Expand::rows);
    walk.search(0, offset, {0, 1}, visit);
  }

  /// As `for_each_run`, but entries of the same weights may lie anywhere: rows have no meaning.
  /// Cost: as that of `count`, for every set of weights.
  template <class Visit>
  void for_each_value(const RowBox& box, Index offset, const Visit& visit) const {
    Walk walk(*this, box, Expand::values);
    walk.search(0, offset, {0, 1}, visit);
  }

 private:
  enum class Expand { rows, values };

  /// Entries that slower levels have chosen: their first row, and how many there are.
  struct Chosen {
    Index row;
    Index count;
  };

  /// One search; knows the weights that the levels up to the present one have chosen.
  class Walk {
   public:
    Walk(const EntrySearch& owner, const RowBox& box, Expand expand)
        : owner_(owner), box_(box), expand_(expand), weights_(box.size() + 1) {
      weights_[0] = {0};
    }

    template <class Visit>
    void search(std::size_t at, Index offset, Chosen chosen, const Visit& visit) {
      const bool at_once = at + 1 == box_.size() || expand_ == Expand::values;
      for (const EntryRun& run : owner_.even_in_reach(at, offset)) {
        const LevelRows terms = terms_in_rows(run, owner_.levels_.list[at].row_stride, box_[at]);
        if (terms.begin >= terms.end) continue;
        set_weights(at, run, 0);
        const Index rest = offset - run.first_offset;
        if (at_once) {
          take(at, rest, run, terms, chosen, visit);
          continue;
        }
        for (Index k = terms.begin; k < terms.end; ++k) {
          take(at, rest, run, {k, k + 1}, chosen, visit);
        }
      }
      for (const EntryRun& run : owner_.stepping(at)) {
        const LevelRows terms = owner_.terms_in_reach(at, run, box_[at], offset);
        for (Index k = terms.begin; k < terms.end; ++k) {
          set_weights(at, run, k);
          take(at, offset - run.first_offset - k * run.offset_step, run, {k, k + 1}, chosen, visit);
        }
      }
    }

   private:
    template <class Visit>
    void take(std::size_t at, Index rest, const EntryRun& run, LevelRows terms, Chosen chosen,
              const Visit& visit) {
      const Index count = terms.end - terms.begin;
      const Index row = chosen.row + run.first_row + terms.begin * run.row_step;
      if (at + 1 < box_.size()) return search(at + 1, rest, {row, chosen.count * count}, visit);
      sorted_ = weights_[at + 1];
      std::ranges::sort(sorted_);
      visit(row, run.row_step, chosen.count * count, std::span<const Index>(sorted_));
    }

    void set_weights(std::size_t at, const EntryRun& run, Index k) {
      weights_[at + 1].clear();
      const std::span<const Index> added =
          std::span(owner_.levels_.list[at].weights).subspan(run.first_weight, run.weight_count);
      for (const Index sum : weights_[at]) {
        for (const Index weight : added) {
          weights_[at + 1].push_back(sum + weight + k * run.weight_step);
        }
      }
    }

    const EntrySearch& owner_;
    const RowBox& box_;
    Expand expand_;
    std::vector<std::vector<Index>> weights_;  // sums, after each level
    std::vector<Index> sorted_;
  };

  Index count(std::size_t at, const RowBox& box, Index offset) const;
  /// Runs of one offset that leave what faster levels may add up to.
  std::span<const EntryRun> even_in_reach(std::size_t at, Index offset) const;
  /// Runs with a step of the offset.
  std::span<const EntryRun> stepping(std::size_t at) const;
  /// Terms of one of these that leave what faster levels may add up to, in these rows.
  LevelRows terms_in_reach(std::size_t at, const EntryRun& run, LevelRows rows, Index offset) const;

  EntryLevels levels_;
  std::vector<OffsetInterval> rest_;  // offsets that a level and all faster ones may add up to
};

}  // namespace toeplix::detail
