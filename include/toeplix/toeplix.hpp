#pragma once

/// \file
/// Everything of the core and the oracle. The components `files`, `solvers`, `onnx` and `petsc`
/// have headers of their own, in toeplix/files/, toeplix/solvers/, toeplix/onnx/ and
/// toeplix/petsc/.

/// \mainpage
///
/// Toeplix compiles a convolution into the sparse matrix that it is:
///
///     #include <toeplix/toeplix.hpp>
///
///     toeplix::Convolution conv({.input = {3, 3}, .kernel = {2, 2}});
///     std::vector<float> kernel = {0, 1, 2, 3};
///     auto W = toeplix::compile(conv, kernel);  // Eigen::SparseMatrix<float, Eigen::RowMajor>
///
/// The API has three layers. Calls use parts and foundations, never the reverse.
///
/// - **Calls**, one for each wish: verify, inspect, matrix_levels, explain, diagonals, diagonal,
///   diagonal_structure, matrix_diagonals, pixel_shuffle, packed_tensor, distribution, and the
///   headers in files/, solvers/, onnx/ and petsc/.
/// - **Parts** that programs are built from: spec, convolution, compile, operator, operator_eigen,
///   linear_map, linear_map_operators, separated, weight_gradient, per_pixel_weights,
///   weights_order, separable, im2col, affine, contraction, reference, reference_per_pixel,
///   first_difference, random_spec, error, resources, memory.
/// - **Foundations** that people extend: tap_table, tap_runs, pattern, bands, halo,
///   normal_equations, elimination_order, concepts.
///
/// The headers of calls and parts are stable: they gain overloads and members with defaults, and
/// CHANGELOG.md names whatever else changes before version 1.0. The headers of the foundations may
/// change with every minor version. The namespace `detail` is private.
///
/// A header in toeplix/files/ needs the library `toeplix::files`, one in toeplix/solvers/
/// `toeplix::solvers`, one in toeplix/onnx/ `toeplix::onnx`, one in toeplix/petsc/
/// `toeplix::petsc`, and any other `toeplix::toeplix`. The headers spec, reference,
/// reference_per_pixel, first_difference, random_spec, error, index and concepts are enough with
/// `toeplix::reference`, which needs no Eigen.

#include <toeplix/affine.hpp>
#include <toeplix/affine_chain.hpp>
#include <toeplix/affine_map.hpp>
#include <toeplix/bands.hpp>
#include <toeplix/coefficient_table.hpp>
#include <toeplix/compile.hpp>
#include <toeplix/contraction.hpp>
#include <toeplix/convolution.hpp>
#include <toeplix/diagonal.hpp>
#include <toeplix/diagonal_structure.hpp>
#include <toeplix/diagonals.hpp>
#include <toeplix/distribution.hpp>
#include <toeplix/elimination_order.hpp>
#include <toeplix/error.hpp>
#include <toeplix/explain.hpp>
#include <toeplix/first_difference.hpp>
#include <toeplix/halo.hpp>
#include <toeplix/im2col.hpp>
#include <toeplix/inspect.hpp>
#include <toeplix/interruptible.hpp>
#include <toeplix/linear_map.hpp>
#include <toeplix/linear_map_operators.hpp>
#include <toeplix/matrix_diagonals.hpp>
#include <toeplix/matrix_levels.hpp>
#include <toeplix/memory.hpp>
#include <toeplix/normal_equations.hpp>
#include <toeplix/operator.hpp>
#include <toeplix/operator_eigen.hpp>
#include <toeplix/packed_tensor.hpp>
#include <toeplix/pattern.hpp>
#include <toeplix/per_pixel_weights.hpp>
#include <toeplix/pixel_shuffle.hpp>
#include <toeplix/random_spec.hpp>
#include <toeplix/reference.hpp>
#include <toeplix/reference_per_pixel.hpp>
#include <toeplix/separable.hpp>
#include <toeplix/separated.hpp>
#include <toeplix/spec.hpp>
#include <toeplix/tap_runs.hpp>
#include <toeplix/tap_table.hpp>
#include <toeplix/verify.hpp>
#include <toeplix/version.hpp>
#include <toeplix/weight_gradient.hpp>
#include <toeplix/weights_order.hpp>
