#include "python/bind.hpp"
#include "python/geometry.hpp"
#include "python/gil.hpp"
#include "python/operator.hpp"
#include "python/sparse.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/error.hpp>

#include <pybind11/stl.h>

#include <limits>
#include <optional>

namespace toeplix::python {

namespace py = pybind11;

namespace {

/// What a matrix is to be.
struct Wish {
  bool by_columns;                              ///< CSC instead of CSR
  int index_bits;                               ///< 32 or 64; 0: 32 wherever they suffice
  std::optional<std::pair<Index, Index>> rows;  ///< these alone
  CompileOptions options;
};

bool fits_32_bits(const Pattern& pattern) {
  constexpr Index most = std::numeric_limits<std::int32_t>::max();
  return pattern.rows() <= most && pattern.cols() <= most && pattern.nnz() <= most;
}

template <class Scalar, int Order, class StorageIndex>
py::tuple compile_as(const Pattern& pattern, std::span<const Scalar> weights, const Wish& wish) {
  Eigen::SparseMatrix<Scalar, Order, StorageIndex> matrix;
  without_gil([&] {
    if constexpr (Order == Eigen::RowMajor) {
      if (wish.rows) {
        const auto [first, last] = *wish.rows;
        return compile_rows_into(matrix, pattern, weights, first, last, wish.options);
      }
    }
    compile_into(matrix, pattern, weights, wish.options);
  });
  return to_arrays(std::move(matrix));
}

template <class Scalar>
py::tuple compile_scalar(const Pattern& pattern, std::span<const Scalar> weights,
                         const Wish& wish) {
  const bool wide = wish.index_bits == 64 || (wish.index_bits == 0 && !fits_32_bits(pattern));
  if (wish.by_columns) {
    return wide ? compile_as<Scalar, Eigen::ColMajor, std::int64_t>(pattern, weights, wish)
                : compile_as<Scalar, Eigen::ColMajor, std::int32_t>(pattern, weights, wish);
  }
  return wide ? compile_as<Scalar, Eigen::RowMajor, std::int64_t>(pattern, weights, wish)
              : compile_as<Scalar, Eigen::RowMajor, std::int32_t>(pattern, weights, wish);
}

py::tuple compile_arrays(const Geometry& geometry, const py::array& weights, const Wish& wish) {
  return with_scalar_of(weights, [&]<class Scalar>(Scalar) {
    return compile_scalar(geometry.pattern(), numbers<Scalar>(weights), wish);
  });
}

py::tuple compile_operator(const AnyOperator& any, Wish wish) {
  return std::visit(
      [&](const auto& op) {
        wish.options.resources = op.resources();
        return compile_scalar(op.pattern(), op.weights(), wish);
      },
      any.map);
}

/// The arrays of a compressed matrix of SciPy's, whose values are to be written.
struct Arrays {
  py::array data;
  py::array indices;
  py::array indptr;
};

template <class Scalar, int Order, class StorageIndex>
void refill_as(const Pattern& pattern, std::span<const Scalar> weights, Arrays& arrays,
               const Resources& resources) {
  const std::span values = writable_numbers<Scalar>(arrays.data);
  // They are read, and Eigen's view of them wants pointers to what is not const.
  auto* const indices = const_cast<StorageIndex*>(numbers<StorageIndex>(arrays.indices).data());
  auto* const pointers = const_cast<StorageIndex*>(numbers<StorageIndex>(arrays.indptr).data());
  Eigen::Map<Eigen::SparseMatrix<Scalar, Order, StorageIndex>> matrix(
      pattern.rows(), pattern.cols(), static_cast<Eigen::Index>(values.size()), pointers, indices,
      values.data());
  without_gil([&] { recompile(matrix, pattern, weights, resources); });
}

template <class Scalar, int Order>
void refill_order(const Pattern& pattern, std::span<const Scalar> weights, Arrays& arrays,
                  const Resources& resources) {
  if (py::isinstance<py::array_t<std::int64_t>>(arrays.indptr)) {
    refill_as<Scalar, Order, std::int64_t>(pattern, weights, arrays, resources);
  } else {
    refill_as<Scalar, Order, std::int32_t>(pattern, weights, arrays, resources);
  }
}

/// Precondition: the arrays are those of a matrix of geometry.rows x geometry.cols, as long as its
/// shape and geometry.nnz say.
void refill(const Geometry& geometry, const py::array& weights, Arrays arrays, bool by_columns,
            const Resources& resources) {
  with_scalar_of(weights, [&]<class Scalar>(Scalar) {
    const std::span given = numbers<Scalar>(weights);
    if (by_columns) {
      refill_order<Scalar, Eigen::ColMajor>(geometry.pattern(), given, arrays, resources);
    } else {
      refill_order<Scalar, Eigen::RowMajor>(geometry.pattern(), given, arrays, resources);
    }
  });
}

}  // namespace

void bind_compile(py::module_& module) {
  module.def(
      "compile",
      [](const Geometry& geometry, const py::array& weights, bool by_columns, int index_bits,
         std::optional<std::pair<Index, Index>> rows, bool prune, int threads, Index budget) {
        const CompileOptions options = {.prune_zero_weights = prune,
                                        .resources = {threads, budget}};
        return compile_arrays(geometry, weights, {by_columns, index_bits, rows, options});
      },
      py::arg("geometry"), py::arg("weights"), py::kw_only(), py::arg("by_columns"),
      py::arg("index_bits"), py::arg("rows"), py::arg("prune"), py::arg("threads"),
      py::arg("memory_budget"));
  module.def(
      "compile_operator",
      [](const AnyOperator& op, bool by_columns, int index_bits, bool prune) {
        return compile_operator(op, {by_columns, index_bits, {}, {.prune_zero_weights = prune}});
      },
      py::arg("op"), py::kw_only(), py::arg("by_columns"), py::arg("index_bits"), py::arg("prune"));
  module.def(
      "refill",
      [](const Geometry& geometry, const py::array& weights, const py::array& data,
         const py::array& indices, const py::array& indptr, bool by_columns, int threads,
         Index budget) {
        refill(geometry, weights, {data, indices, indptr}, by_columns, {threads, budget});
      },
      py::arg("geometry"), py::arg("weights"), py::arg("data"), py::arg("indices"),
      py::arg("indptr"), py::kw_only(), py::arg("by_columns"), py::arg("threads"),
      py::arg("memory_budget"));
}

}  // namespace toeplix::python
