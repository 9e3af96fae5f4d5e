#include "cli/diagonals/orders.hpp"

#include "cli/arguments.hpp"
#include "cli/array_files.hpp"
#include "cli/weights.hpp"
#include "cli/words.hpp"

#include <toeplix/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace toeplix::cli {
namespace {

/// `2,2`: whole numbers above 0.
Extents parse_numbers(const char* option, const std::string& text) {
  Extents numbers;
  for (const std::string_view word : split(text, ',')) {
    const auto number = number_of<Index>(word);
    if (!number || *number < 1) {
      throw UsageError(fmt::format("{} {}: expected whole numbers above 0 with commas between them",
                                   option, text));
    }
    numbers.push_back(*number);
  }
  return numbers;
}

/// One for each axis, or one for all of them; with `--grid` perhaps the images behind.
PackedGrid parse_grid(const OrderArguments& orders, std::size_t axes) {
  PackedGrid grid;
  if (!orders.gap.empty()) grid.gap = parse_numbers("--gap", orders.gap);
  if (!orders.grid.empty()) grid.points = parse_numbers("--grid", orders.grid);
  if (grid.points.size() == axes + 1) {
    grid.channels = grid.points.back();
    grid.points.pop_back();
  }
  for (Extents* numbers : {&grid.gap, &grid.points}) {
    if (numbers->size() == 1) numbers->resize(axes, numbers->front());
  }
  return grid;
}

/// `line` is `row` or `column`.
std::vector<Index> read_places(const char* line, const std::string& path, Index budget) {
  if (path.empty()) return {};
  NpyArray<Index> array = read_array<Index>(path, budget);
  if (array.shape.size() == 1 && !array.values.empty()) return std::move(array.values);
  throw UsageError(
      fmt::format("--{}-order {}: shape {}; expected one axis, with a place for each {}", line,
                  path, format_shape(array.shape), line));
}

SlotOrder order_of(const std::vector<Index>& places) {
  if (places.empty()) return {};
  // If no place can be, the order is refused by its length or its first place.
  return {places, std::max<Index>(0, std::ranges::max(places)) + 1};
}

}  // namespace

void add_orders(CLI::App& command, OrderArguments& orders) {
  command.add_flag("--pack", orders.pack, "Pack output and input of a SPEC: pixel shuffle");
  command.add_option("--gap", orders.gap, "With --pack: points between pixels of the input")
      ->type_name("G,...");
  command.add_option("--grid", orders.grid, "With --pack: extents of the grid; and its images")
      ->type_name("N,...");
  command
      .add_option("--write-orders", orders.write_orders,
                  "Each row's and column's place: R.npy C.npy")
      ->type_name("FILE")
      ->expected(2);
  command.add_option("--row-order", orders.row_order, "Of a matrix file: a .npy file of places")
      ->type_name("FILE");
  command.add_option("--column-order", orders.column_order, "Likewise, of columns")
      ->type_name("FILE");
}

void check_orders(const OrderArguments& orders, bool is_file, const std::string& weights) {
  const bool reads = !orders.row_order.empty() || !orders.column_order.empty();
  const bool has_grid = !orders.gap.empty() || !orders.grid.empty();
  if (orders.pack && is_file) {
    throw UsageError(
        "--pack goes with a SPEC; a file's rows and columns are packed by --row-order and "
        "--column-order");
  }
  if (reads && !is_file) {
    throw UsageError("--row-order and --column-order go with a matrix file; a SPEC has --pack");
  }
  if (!orders.pack && has_grid) throw UsageError("--gap and --grid need --pack");
  if (!orders.pack && !orders.write_orders.empty()) throw UsageError("--write-orders needs --pack");
  for (const std::string& path : orders.write_orders) {
    check_extension(path, {".npy"});
    check_folder(path);
    check_not_kernel(path, weights);
  }
  for (const std::string& path : {orders.row_order, orders.column_order}) {
    if (!path.empty()) check_extension_or_stream(path, {".npy"});
  }
}

std::optional<PixelShuffle> packing_of(const OrderArguments& orders, const Pattern& pattern) {
  if (!orders.pack) return std::nullopt;
  return pixel_shuffle(pattern, parse_grid(orders, pattern.axes().size()));
}

void write_places(const OrderArguments& orders, const PixelShuffle& packing,
                  const Resources& resources) {
  if (orders.write_orders.empty()) return;
  const auto write = [&](const std::string& path, const PackedTensor& tensor) {
    write_npy(path, {tensor.elements()}, tensor.places(resources));
  };
  write(orders.write_orders[0], packing.output);
  write(orders.write_orders[1], packing.input);
}

SlotOrders FileOrders::orders() const {
  return {order_of(rows), order_of(columns)};
}

FileOrders read_orders(const OrderArguments& orders, Index memory_budget) {
  return {read_places("row", orders.row_order, memory_budget),
          read_places("column", orders.column_order, memory_budget)};
}

}  // namespace toeplix::cli
