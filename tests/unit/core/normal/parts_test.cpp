#include "support/draw_bands.hpp"
#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/random_spec.hpp"

#include <toeplix/normal_equations.hpp>

#include <boost/test/unit_test.hpp>

#include <vector>

// The rows of A^T A that processes have, against the whole of it.

BOOST_AUTO_TEST_SUITE(normal_equations_parts)

namespace {

using namespace toeplix::test;
using toeplix::BandNumbering;
using toeplix::Bands;
using toeplix::CapacityError;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::NormalParts;
using toeplix::Pattern;
using Whole = Eigen::SparseMatrix<double, Eigen::RowMajor, std::int64_t>;

/// The columns of the whole, in natural order, of the entries of both parts of a row.
std::vector<std::pair<Index, double>> row_of(const NormalParts<std::int64_t>& parts,
                                             const BandNumbering& columns, Index process,
                                             Index row) {
  using Matrix = NormalParts<std::int64_t>::Matrix;
  const Bands& bands = columns.bands();
  std::vector<std::pair<Index, double>> entries;
  for (Matrix::InnerIterator it(parts.diagonal, row); it; ++it) {
    entries.emplace_back(columns.natural(columns.first(process) + it.col()), it.value());
  }
  for (Matrix::InnerIterator it(parts.off_diagonal, row); it; ++it) {
    const Index rest = bands.lines() - bands.size(process);
    const Index line = it.col() / columns.line_size();
    const Index here = line % rest + (line % rest < bands.begin(process) ? 0 : bands.size(process));
    entries.emplace_back(
        (line / rest * bands.lines() + here) * columns.line_size() + it.col() % columns.line_size(),
        it.value());
  }
  std::ranges::sort(entries);
  return entries;
}

template <class Matrix>
bool ascends(const Matrix& matrix) {
  for (Index row = 0; row < matrix.rows(); ++row) {
    const auto* const begin = matrix.innerIndexPtr() + matrix.outerIndexPtr()[row];
    const auto* const end = matrix.innerIndexPtr() + matrix.outerIndexPtr()[row + 1];
    if (std::adjacent_find(begin, end, std::greater_equal<>()) != end) return false;
  }
  return true;
}

template <class Spec>
void check_parts(Failures& failures, const Spec& spec, Random& random) {
  const auto conv = make(spec);
  const auto weights = small_integers<double>(random, conv.weight_count());
  const auto upper = toeplix::normal_equations<std::int64_t>(conv, weights);
  const Whole whole = decltype(upper)(upper.template selfadjointView<Eigen::Upper>());
  const Bands bands = draw_bands(random, column_lines(conv), random.between(1, 5));
  const BandNumbering columns = column_numbering(conv, bands);
  for (Index process = 0; process < bands.processes(); ++process) {
    NormalParts<std::int64_t> parts;
    toeplix::normal_equations_parts(parts, Pattern(conv), weights, bands, process,
                                    {.threads = static_cast<int>(random.between(1, 3))});
    failures.expect(spec, "rows", parts.diagonal.rows() == columns.size(process));
    failures.expect(spec, "order", ascends(parts.diagonal) && ascends(parts.off_diagonal));
    for (Index row = 0; row < columns.size(process); ++row) {
      std::vector<std::pair<Index, double>> expected;
      for (Whole::InnerIterator it(whole, columns.natural(columns.first(process) + row)); it;
           ++it) {
        expected.emplace_back(it.col(), it.value());
      }
      failures.expect(spec, "entries", row_of(parts, columns, process, row) == expected);
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(parts_of_random_matrices) {
  Failures failures;
  for_random_specs("parts of normal equations", 250,
                   [&](const auto& spec, Random& random) { check_parts(failures, spec, random); });
}

BOOST_AUTO_TEST_CASE(what_is_refused) {
  const Pattern pattern(toeplix::Convolution({.input = {6, 2}, .kernel = {2, 1}}));
  const std::vector<double> weights = {1, 2};
  NormalParts<int> parts;
  const auto emit = [&](const Bands& bands, Index process, const toeplix::Resources& resources) {
    toeplix::normal_equations_parts(parts, pattern, weights, bands, process, resources);
  };
  check_throws<GeometryError>([&] { emit(Bands({5}), 0, {}); },
                              "bands of the columns have 5 lines in all; expected 6");
  check_throws<GeometryError>(
      [&] {
        emit(Bands({3, 3}), 2, {});
      },
      "process 2 is none of the 2 that have bands");
  check_throws<CapacityError>(
      [&] {
        emit(Bands({3, 3}), 1, {.memory_budget = 10});
      },
      "a matrix of 16 entries (248 bytes) exceeds the memory budget of 10 bytes; raise "
      "Resources::memory_budget, or use more processes");
}

BOOST_AUTO_TEST_SUITE_END()
