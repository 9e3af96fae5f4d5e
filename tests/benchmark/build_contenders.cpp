#include "contenders.hpp"
#include "core/base/huge_pages.hpp"
#include "core/base/parallel.hpp"
#include "triplets.hpp"

#include <cstring>
#include <memory>

namespace bench {

namespace {

using Matrix = Eigen::SparseMatrix<float, Eigen::RowMajor, int>;
using Triplet = Eigen::Triplet<float, int>;

template <class Visitor>
auto with_convolution(const Problem& problem, Visitor visitor) {
  return std::visit(visitor, problem.convolution);
}

toeplix::CompileOptions with_threads(int threads) {
  return {.resources = {.threads = threads}};
}

Matrix compile_problem(const Problem& problem, int threads) {
  return with_convolution(problem, [&](const auto& convolution) {
    return toeplix::compile(convolution, problem.weights, with_threads(threads));
  });
}

/// The arrays of a compiled matrix, as new memory on the same kind of pages: entries on huge ones,
/// row pointers as the allocator gives them.
class Arrays {
 public:
  explicit Arrays(const Problem& problem) {
    with_convolution(problem, [this](const auto& convolution) {
      entries_ = static_cast<std::size_t>(convolution.nnz());
      pointers_ = static_cast<std::size_t>(convolution.rows() + 1);
    });
    row_pointers.reset(new int[pointers_]);
    values = on_huge_pages<float>(entries_);
    columns = on_huge_pages<int>(entries_);
  }

  void set_values(int threads) { set(values.get(), entries_ * sizeof(float), threads); }

  void set_all(int threads) {
    set(row_pointers.get(), pointers_ * sizeof(int), threads);
    set(columns.get(), entries_ * sizeof(int), threads);
    set_values(threads);
  }

 private:
  template <class Element>
  static std::unique_ptr<Element[]> on_huge_pages(std::size_t count) {
    std::unique_ptr<Element[]> array(new Element[count]);
    toeplix::detail::advise_huge_pages(array.get(), static_cast<Index>(count * sizeof(Element)));
    return array;
  }

  static void set(void* begin, std::size_t bytes, int threads) {
    const auto parts = static_cast<std::size_t>(threads);
    toeplix::detail::for_each_own_chunk(threads, threads, [=] {
      return [=](Index part) {
        const auto number = static_cast<std::size_t>(part);
        char* const from = static_cast<char*>(begin) + bytes * number / parts;
        char* const to = static_cast<char*>(begin) + bytes * (number + 1) / parts;
        std::memset(from, 1, static_cast<std::size_t>(to - from));
      };
    });
  }

  std::size_t entries_ = 0;
  std::size_t pointers_ = 0;
  std::unique_ptr<int[]> row_pointers;
  std::unique_ptr<int[]> columns;
  std::unique_ptr<float[]> values;
};

Matrix eigen_triplets(const Problem& problem) {
  const auto* transposed = std::get_if<toeplix::TransposedConvolution>(&problem.convolution);
  const toeplix::Convolution& conv =
      transposed ? transposed->adjoint() : std::get<toeplix::Convolution>(problem.convolution);
  std::vector<Triplet> triplets;
  triplets.reserve(static_cast<std::size_t>(conv.nnz()));
  for_each_triplet(conv, problem.weights, [&](Index row, Index column, float value) {
    const auto i = static_cast<int>(row);
    const auto j = static_cast<int>(column);
    triplets.emplace_back(transposed ? j : i, transposed ? i : j, value);
  });
  Matrix matrix(transposed ? conv.cols() : conv.rows(), transposed ? conv.rows() : conv.cols());
  matrix.setFromTriplets(triplets.begin(), triplets.end());
  return matrix;
}

}  // namespace

Problem make_problem(const Layer& layer) {
  const auto convolution = std::visit(
      [](const auto& spec) -> decltype(Problem::convolution) {
        if constexpr (std::is_same_v<decltype(spec), const toeplix::ConvolutionSpec&>) {
          return toeplix::Convolution(spec);
        } else {
          return toeplix::TransposedConvolution(spec);
        }
      },
      toeplix::parse_spec(layer.spec));
  const toeplix::Index count =
      std::visit([](const auto& conv) { return conv.weight_count(); }, convolution);
  return {convolution, make_weights(count)};
}

void register_build_contenders(const Layer& layer) {
  const auto problem = std::make_shared<const Problem>(make_problem(layer));
  const auto add = [&](const std::string& contender, int threads, auto run) {
    const std::string name =
        "build/" + std::string(layer.name) + '/' + contender + '/' + std::to_string(threads);
    benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) { run(state); })
        ->UseManualTime()
        ->MinTime(0.1)
        ->Unit(benchmark::kMillisecond);
  };
  for (const int threads : {1, 2}) {
    add("toeplix", threads, [=](benchmark::State& state) {
      time_fresh(state, [&] { return compile_problem(*problem, threads); });
    });
    add("memset_fresh", threads, [=](benchmark::State& state) {
      time_fresh(state, [&] {
        Arrays arrays(*problem);
        arrays.set_all(threads);
        return arrays;
      });
    });
    add("toeplix_warm", threads, [=](benchmark::State& state) {
      Matrix matrix = compile_problem(*problem, threads);
      time_alone(state, [&] {
        with_convolution(*problem, [&](const auto& convolution) {
          toeplix::compile_into(matrix, convolution, problem->weights, with_threads(threads));
        });
        return matrix.valuePtr();
      });
    });
    add("memset_warm", threads, [=](benchmark::State& state) {
      Arrays arrays(*problem);
      arrays.set_all(threads);
      time_alone(state, [&] { return arrays.set_all(threads), 0; });
    });
    add("recompile", threads, [=](benchmark::State& state) {
      Matrix matrix = compile_problem(*problem, threads);
      time_alone(state, [&] {
        with_convolution(*problem, [&](const auto& convolution) {
          toeplix::recompile(matrix, convolution, problem->weights, {.threads = threads});
        });
        return matrix.valuePtr();
      });
    });
    add("memset_values_warm", threads, [=](benchmark::State& state) {
      Arrays arrays(*problem);
      arrays.set_all(threads);
      time_alone(state, [&] { return arrays.set_values(threads), 0; });
    });
  }
  add("eigen_triplets", 1,
      [=](benchmark::State& state) { time_peer(state, [&] { return eigen_triplets(*problem); }); });
}

}  // namespace bench
