#include "timed.hpp"

#include <toeplix/operator.hpp>
#include <toeplix/petsc/matrix.hpp>
#include <toeplix/petsc/shell.hpp>

#include <memory>
#include <string_view>
#include <vector>

// Products: by the shell, with the share that the exchange of halos has of its time; by the
// assembled matrix; and on one process by an Operator with one thread and with two.

namespace bench {

namespace {

using toeplix::Convolution;

constexpr Problem to_multiply[] = {
    {"blur_9x9_4096", "input=4096,4096 kernel=9,9 padding=4"},
    {"blur_9x9_4096_reflect", "input=4096,4096 kernel=9,9 padding=4 boundary=reflect"},
    {"resnet_3x3_64_56", "input=56,56 kernel=3,3 in=64 out=64 padding=1"},
};

/// A matrix of PETSc's with its vectors.
struct System {
  Mat mat = nullptr;
  Vec x = nullptr;
  Vec y = nullptr;

  explicit System(Mat of) : mat(of) {
    MatCreateVecs(mat, &x, &y);
    VecSet(x, 1);
  }
  System(const System&) = delete;
  System& operator=(const System&) = delete;
  ~System() {
    VecDestroy(&x);
    VecDestroy(&y);
    MatDestroy(&mat);
  }
};

/// Seconds that PETSc has counted for its star forests, which exchange halos.
double exchange_seconds() {
  double seconds = 0;
  for (const char* name : {"SFBcastBegin", "SFBcastEnd"}) {
    PetscLogEvent event = 0;
    PetscEventPerfInfo info = {};
    PetscLogEventGetId(name, &event);
    PetscLogEventGetPerfInfo(0, event, &info);
    seconds += info.time;
  }
  return seconds;
}

void multiply(benchmark::State& state, const System& system) {
  const double before = exchange_seconds();
  const double begin = MPI_Wtime();
  MatMult(system.mat, system.x, system.y);
  state.counters["halo_percent"] = 100 * (exchange_seconds() - before) / (MPI_Wtime() - begin);
}

}  // namespace

void register_products() {
  for (const Problem& problem : to_multiply) {
    const Convolution conv(problem.spec);
    const std::vector<double> weights(static_cast<std::size_t>(conv.weight_count()), 0.5);
    const std::string name = "product/" + std::string(problem.name);
    time_together(name + "/shell", 15, [=] {
      const auto system =
          std::make_shared<const System>(toeplix::petsc::shell(PETSC_COMM_WORLD, conv, weights));
      MatMult(system->mat, system->x, system->y);
      return [=](benchmark::State& state) { multiply(state, *system); };
    });
    if (conv.bytes<double, int>() < toeplix::Index{1} << 30) {
      time_together(name + "/matrix", 15, [=] {
        const auto system =
            std::make_shared<const System>(toeplix::petsc::matrix(PETSC_COMM_WORLD, conv, weights));
        MatMult(system->mat, system->x, system->y);
        return [=](benchmark::State& state) { multiply(state, *system); };
      });
    }
    for (int threads = 1; threads <= (processes() == 1 ? 2 : 0); ++threads) {
      time_together(name + "/operator_" + std::to_string(threads) + "_threads", 15, [=] {
        const auto op = std::make_shared<const toeplix::Operator<double>>(
            conv, weights, toeplix::Resources{.threads = threads});
        const auto x = std::make_shared<Eigen::VectorXd>(Eigen::VectorXd::Ones(op->cols()));
        const auto y = std::make_shared<Eigen::VectorXd>(op->rows());
        op->apply(*x, *y);
        return [=](benchmark::State&) { op->apply(*x, *y); };
      });
    }
  }
}

}  // namespace bench
