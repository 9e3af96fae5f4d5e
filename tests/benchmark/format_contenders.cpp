#include "contenders.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/files/matrix_market.hpp>

#include <unsupported/Eigen/SparseExtra>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>

namespace bench {

namespace {

using Rows = Eigen::SparseMatrix<double, Eigen::RowMajor, int>;
using Columns = Eigen::SparseMatrix<double, Eigen::ColMajor, int>;

/// The values of a matrix. A convolution repeats its weights, and a contender may profit from that.
enum class Values { weights, different };

/// Weights that need all their digits, as those of a network do.
Rows compile_layer(const Layer& layer, Values values) {
  const Problem problem = make_problem(layer);
  std::vector<double> weights(problem.weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = 1.0 / static_cast<double>(i + 3);
  Rows matrix =
      std::visit([&](const auto& convolution) { return toeplix::compile(convolution, weights); },
                 problem.convolution);
  if (values == Values::different) {
    for (Eigen::Index i = 0; i < matrix.nonZeros(); ++i) {
      matrix.valuePtr()[i] = 1.0 / static_cast<double>(i + 3);
    }
  }
  return matrix;
}

/// Where files are written: in memory, if the system has a folder for that and TMPDIR names no
/// other, so that a busy disk slows nobody down. (We wait for the disk, the peers do not.)
std::filesystem::path scratch_folder() {
  const std::filesystem::path memory = "/dev/shm";
  if (std::getenv("TMPDIR") == nullptr && std::filesystem::is_directory(memory)) return memory;
  return std::filesystem::temp_directory_path();
}

/// The name of a file that disappears.
class ScratchFile {
 public:
  ScratchFile()
      : path_(scratch_folder() / ("toeplix-bench-" + std::to_string(::getpid()) + ".mtx")) {}
  ~ScratchFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// `format/LAYER/CONTENDER/THREADS`; `run(state, matrix, path)` is given the matrix of the layer.
template <class Run>
void add(const Layer& layer, Values values, const std::string& contender, int threads, Run run) {
  const std::string name = "format/" + std::string(layer.name) + '/' + contender +
                           (values == Values::different ? "_different/" : "/") +
                           std::to_string(threads);
  benchmark::RegisterBenchmark(name.c_str(),
                               [=](benchmark::State& state) {
                                 const Rows matrix = compile_layer(layer, values);
                                 const ScratchFile file;
                                 run(state, matrix, file.path());
                                 state.counters["bytes"] =
                                     static_cast<double>(std::filesystem::file_size(file.path()));
                               })
      ->UseManualTime()
      ->MinTime(0.1)
      ->Unit(benchmark::kMillisecond);
}

void register_toeplix(const Layer& layer, Values values, int threads) {
  add(layer, values, "mtx_write", threads,
      [threads](benchmark::State& state, const Rows& matrix, const auto& path) {
        time_alone(state, [&] {
          toeplix::write_matrix_market(path, matrix, {.resources = {.threads = threads}});
          return 0;
        });
      });
  add(layer, values, "mtx_read", threads,
      [threads](benchmark::State& state, const Rows& matrix, const auto& path) {
        toeplix::write_matrix_market(path, matrix);
        time_alone(state, [&] {
          return toeplix::read_matrix_market<Rows>(path, {.resources = {.threads = threads}});
        });
      });
}

/// Eigen's MarketIO, with the column-major matrices that are Eigen's default.
void register_eigen(const Layer& layer, Values values) {
  add(layer, values, "eigen_write", 1,
      [](benchmark::State& state, const Rows& matrix, const auto& path) {
        const Columns columns(matrix);
        time_alone(state, [&] { return Eigen::saveMarket(columns, path.string()); });
      });
  add(layer, values, "eigen_read", 1,
      [](benchmark::State& state, const Rows& matrix, const auto& path) {
        toeplix::write_matrix_market(path, Columns(matrix));
        time_alone(state, [&] {
          Columns read;
          Eigen::loadMarket(read, path.string());
          return read;
        });
      });
}

}  // namespace

void register_format_contenders(const Layer& layer) {
  // MarketIO takes seconds for a matrix of 20 million entries, and minutes for those beyond.
  constexpr toeplix::Index most_entries = 25'000'000;
  const auto entries =
      std::visit([](const auto& conv) { return conv.nnz(); }, make_problem(layer).convolution);
  if (entries > most_entries) return;
  for (const Values values : {Values::weights, Values::different}) {
    for (const int threads : {1, 2}) register_toeplix(layer, values, threads);
    register_eigen(layer, values);
  }
}

}  // namespace bench
