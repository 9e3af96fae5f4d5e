#include "petsc/shell/band_product.hpp"

#include <toeplix/error.hpp>
#include <toeplix/memory.hpp>

#include <algorithm>
#include <string>

namespace toeplix::petsc::detail {

namespace {

void check_halo_room(Index numbers, const Resources& resources) {
  const Index budget = resources.memory_budget > 0 ? resources.memory_budget : available_memory();
  const Index bytes = numbers * Index{sizeof(double)};
  if (bytes <= budget) return;
  throw CapacityError("the halo of a process takes " + std::to_string(bytes) +
                          " bytes; there is room for " + std::to_string(budget),
                      CapacityCause::memory_budget, {}, bytes,
                      "raise Resources::memory_budget, or use fewer processes");
}

/// The first and the last number of some lines of a block.
template <class Number>
std::span<Number> lines_of(std::span<Number> numbers, Index first, Index count) {
  return numbers.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
}

}  // namespace

BandProduct::BandProduct(const Pattern& pattern, const Bands& rows, const Bands& columns,
                         Index process, std::span<const double> weights, const Resources& resources)
    : lines_(rows.size(process)) {
  const BandNumbering of_rows = row_numbering(pattern, rows);
  blocks_ = of_rows.blocks();
  line_size_ = of_rows.line_size();
  std::vector<HaloPart> parts = halo_parts(pattern, rows, columns, process);
  exchange_ = std::make_unique<Exchange>(parts, column_numbering(pattern, columns), process);
  add_parts(std::move(parts), weights, resources);
  const Index room = most_room();
  check_halo_room(exchange_->size() + room, resources);
  halo_.resize(static_cast<std::size_t>(exchange_->size()));
  room_.resize(static_cast<std::size_t>(room));
}

void BandProduct::add_parts(std::vector<HaloPart> parts, std::span<const double> weights,
                            const Resources& resources) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const HaloPart& part = parts[i];
    const Operator<double> product(part.pattern, weights, resources);
    (part.own ? own_ : parts_)
        .push_back({product, product.transpose(), part.first_row, part.rows, exchange_->offset(i)});
  }
}

/// The numbers of the largest part of the output whose lines lie apart.
Index BandProduct::most_room() const {
  Index most = 0;
  for (const auto* parts : {&own_, &parts_}) {
    for (const Part& part : *parts) {
      if (!lies_together(part)) most = std::max(most, part.product.rows());
    }
  }
  return most;
}

std::span<double> BandProduct::halo_of(const Part& part) {
  return lines_of(std::span<double>(halo_), part.offset, part.product.cols());
}

void BandProduct::multiply(std::span<const double> x, std::span<double> y) {
  exchange_->receive(x, halo_, [&] {
    const bool writes_all = !own_.empty() && has_all_rows(own_.front());
    if (!writes_all) std::ranges::fill(y, 0.0);
    for (const Part& own : own_) {
      if (writes_all) {
        own.product.apply(x, y);
      } else {
        add_product(own, x, y);
      }
    }
  });
  for (const Part& part : parts_) add_product(part, halo_of(part), y);
}

void BandProduct::add_product(const Part& part, std::span<const double> x, std::span<double> y) {
  const Index first = part.first_row * line_size_;
  const Index count = part.rows * line_size_;
  if (lies_together(part)) {
    part.product.add_product(1, x, lines_of(y, first, part.product.rows()));
    return;
  }
  const auto product = lines_of(std::span<double>(room_), 0, part.product.rows());
  part.product.apply(x, product);
  for (Index block = 0; block < blocks_; ++block) {
    const double* const from = product.data() + block * count;
    double* const to = y.data() + block * lines_ * line_size_ + first;
    for (Index i = 0; i < count; ++i) to[i] += from[i];
  }
}

/// The numbers of the lines of a part, side by side.
std::span<const double> BandProduct::output_of(const Part& part, std::span<const double> y) {
  const Index first = part.first_row * line_size_;
  const Index count = part.rows * line_size_;
  if (lies_together(part)) return lines_of(y, first, part.product.rows());
  for (Index block = 0; block < blocks_; ++block) {
    std::copy_n(y.data() + block * lines_ * line_size_ + first, count,
                room_.data() + block * count);
  }
  return lines_of(std::span<const double>(room_), 0, part.product.rows());
}

void BandProduct::multiply_transposed(std::span<const double> y, std::span<double> x) {
  if (own_.empty()) std::ranges::fill(x, 0.0);
  for (const Part& own : own_) own.transposed.apply(output_of(own, y), x);
  for (const Part& part : parts_) part.transposed.apply(output_of(part, y), halo_of(part));
}

}  // namespace toeplix::petsc::detail
