#include "contenders.hpp"
#include "triplets.hpp"

#include <cholmod.h>

#include <memory>

namespace bench {

namespace {

/// The triplet loop and `cholmod_triplet_to_sparse`. CHOLMOD 3 has double values only.
class CholmodMatrix {
 public:
  CholmodMatrix(const Problem& problem, cholmod_common& common) : common_(common) {
    const auto* transposed = std::get_if<toeplix::TransposedConvolution>(&problem.convolution);
    const toeplix::Convolution& conv =
        transposed ? transposed->adjoint() : std::get<toeplix::Convolution>(problem.convolution);
    const auto rows = static_cast<std::size_t>(conv.rows());
    const auto cols = static_cast<std::size_t>(conv.cols());
    const auto entries = static_cast<std::size_t>(conv.nnz());
    cholmod_triplet* triplet = cholmod_allocate_triplet(
        transposed ? cols : rows, transposed ? rows : cols, entries, 0, CHOLMOD_REAL, &common_);
    int* const i = static_cast<int*>(triplet->i);
    int* const j = static_cast<int*>(triplet->j);
    double* const x = static_cast<double*>(triplet->x);
    for_each_triplet(conv, problem.weights, [&](Index row, Index column, float value) {
      i[triplet->nnz] = static_cast<int>(transposed ? column : row);
      j[triplet->nnz] = static_cast<int>(transposed ? row : column);
      x[triplet->nnz] = static_cast<double>(value);
      ++triplet->nnz;
    });
    matrix_ = cholmod_triplet_to_sparse(triplet, entries, &common_);
    cholmod_free_triplet(&triplet, &common_);
  }

  CholmodMatrix(CholmodMatrix&& other) noexcept
      : common_(other.common_), matrix_(std::exchange(other.matrix_, nullptr)) {}
  ~CholmodMatrix() {
    if (matrix_ != nullptr) cholmod_free_sparse(&matrix_, &common_);
  }

 private:
  cholmod_common& common_;
  cholmod_sparse* matrix_ = nullptr;
};

}  // namespace

void register_cholmod_contender(const Layer& layer) {
  const auto problem = std::make_shared<const Problem>(make_problem(layer));
  const std::string name = "build/" + std::string(layer.name) + "/cholmod_triplets/1";
  benchmark::RegisterBenchmark(name.c_str(),
                               [problem](benchmark::State& state) {
                                 cholmod_common common;
                                 cholmod_start(&common);
                                 time_peer(state, [&] { return CholmodMatrix(*problem, common); });
                                 cholmod_finish(&common);
                               })
      ->UseManualTime()
      ->MinTime(0.1)
      ->Unit(benchmark::kMillisecond);
}

}  // namespace bench
