#pragma once

#include <toeplix/matrix_diagonals.hpp>
#include <toeplix/pixel_shuffle.hpp>

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <vector>

/// The order of rows and columns that `toeplix diagonals` is asked for.
namespace toeplix::cli {

struct OrderArguments {
  bool pack = false;
  std::string gap;
  std::string grid;
  std::string row_order;
  std::string column_order;
  std::vector<std::string> write_orders;  ///< files of rows and of columns, or none
};

void add_orders(CLI::App& command, OrderArguments& orders);

/// Throws UsageError for options that do not go together, or with a matrix file or a SPEC, and for
/// files that are no .npy, or are the kernel of `weights` and would be written.
void check_orders(const OrderArguments& orders, bool is_file, const std::string& weights);

/// The packing that is asked for. Throws UsageError for what are no numbers.
std::optional<PixelShuffle> packing_of(const OrderArguments& orders, const Pattern& pattern);

/// Writes the places of rows and columns, if that is asked for.
void write_places(const OrderArguments& orders, const PixelShuffle& packing,
                  const Resources& resources);

/// The orders of files; there are as many places as the highest number says.
struct FileOrders {
  std::vector<Index> rows;
  std::vector<Index> columns;

  SlotOrders orders() const;
};
FileOrders read_orders(const OrderArguments& orders, Index memory_budget);

}  // namespace toeplix::cli
