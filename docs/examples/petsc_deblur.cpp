// Deblurs a photograph on many processes, with PETSc's solvers:
//
//     mpiexec -n 4 petsc_deblur -image photo.png -output sharp.png -ksp_monitor
//     mpiexec -n 4 petsc_deblur -image photo.png -output sharp.png -least_squares
//
// It looks for the least |A x - b|^2 + lambda |L x|^2: b is the photograph, A the blur by a
// Gaussian (-sigma 1.5) and L the Laplacian (-lambda 1e-3).
//
// By default KSPCG solves the normal equations (A^T A + lambda L^T L) x = A^T b with shells, which
// take no memory for matrices, and have no entries for a preconditioner. With -least_squares
// KSPLSQR solves the stacked system [A; sqrt(lambda) L] x = [b; 0], and the assembled normal
// equations make the preconditioner (-pc_type jacobi, bjacobi, ...). Other options of KSP and PC
// are PETSc's too.
//
// Without -image it blurs a picture of its own and says how much of it comes back.

#include <toeplix/files/png.hpp>
#include <toeplix/petsc/matrix.hpp>
#include <toeplix/petsc/shell.hpp>
#include <toeplix/petsc/vectors.hpp>
#include <toeplix/toeplix.hpp>

#include <petscksp.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

constexpr toeplix::Index radius = 4;  // of the blur, in pixels

void check(PetscErrorCode code) {
  if (code != 0) throw std::runtime_error("PETSc failed; see above");
}

bool is_first() {
  int rank = 0;
  MPI_Comm_rank(PETSC_COMM_WORLD, &rank);
  return rank == 0;
}

double number_option(const char* name, double otherwise) {
  check(PetscOptionsGetReal(nullptr, nullptr, name, &otherwise, nullptr));
  return otherwise;
}

std::string text_option(const char* name) {
  char text[4096] = "";
  check(PetscOptionsGetString(nullptr, nullptr, name, text, sizeof(text), nullptr));
  return text;
}

/// A picture with edges, 96 x 80.
toeplix::Image drawn_picture() {
  toeplix::Image image{.height = 96, .width = 80, .samples = {}};
  for (int y = 0; y < 96; ++y) {
    for (int x = 0; x < 80; ++x) {
      const bool disk = (y - 40) * (y - 40) + (x - 30) * (x - 30) < 500;
      const bool stripes = y > 60 && x > 40 && x / 6 % 2 == 0;
      image.samples.push_back(disk ? 220 : stripes ? 160 : 40);
    }
  }
  return image;
}

/// One kernel for each channel.
std::vector<double> repeated(const std::vector<double>& kernel, toeplix::Index channels) {
  std::vector<double> weights;
  for (toeplix::Index c = 0; c < channels; ++c) {
    weights.insert(weights.end(), kernel.begin(), kernel.end());
  }
  return weights;
}

std::vector<double> gaussian(double sigma) {
  std::vector<double> kernel;
  double sum = 0;
  for (auto y = -radius; y <= radius; ++y) {
    for (auto x = -radius; x <= radius; ++x) {
      kernel.push_back(std::exp(-static_cast<double>(y * y + x * x) / (2 * sigma * sigma)));
      sum += kernel.back();
    }
  }
  for (double& weight : kernel) weight /= sum;
  return kernel;
}

/// A convolution of every channel of a picture by itself; beyond the border is the border's pixel.
toeplix::Convolution of_channels(const toeplix::Image& image, toeplix::Index extent) {
  return toeplix::Convolution({.input = {image.height, image.width},
                               .kernel = {extent, extent},
                               .in_channels = image.channels,
                               .out_channels = image.channels,
                               .groups = image.channels,
                               .padding = toeplix::Padding::same_upper(),
                               .boundary = toeplix::Boundary::replicate,
                               .order = toeplix::TensorOrder::channels_last});
}

/// What both ways to solve have in common.
struct Problem {
  toeplix::Convolution blur;
  toeplix::Convolution laplacian;
  std::vector<double> blur_weights;
  std::vector<double> laplacian_weights;
  double lambda;
  Mat a = nullptr;
  Mat l = nullptr;

  Problem(const toeplix::Image& image, double sigma, double weight)
      : blur(of_channels(image, 2 * radius + 1)),
        laplacian(of_channels(image, 3)),
        blur_weights(repeated(gaussian(sigma), image.channels)),
        laplacian_weights(repeated({0, 1, 0, 1, -4, 1, 0, 1, 0}, image.channels)),
        lambda(weight),
        a(toeplix::petsc::shell(PETSC_COMM_WORLD, blur, blur_weights)),
        l(toeplix::petsc::shell(PETSC_COMM_WORLD, laplacian, laplacian_weights)) {}
  Problem(const Problem&) = delete;
  Problem& operator=(const Problem&) = delete;
  ~Problem() {
    MatDestroy(&a);
    MatDestroy(&l);
  }
};

/// Solves with the operators that are given, and the options of the command line. Returns whether
/// that succeeded.
bool solve(KSPType method, PCType preconditioner, Mat operators, Mat normal, Vec right, Vec x) {
  KSP ksp = nullptr;
  PC pc = nullptr;
  check(KSPCreate(PETSC_COMM_WORLD, &ksp));
  check(KSPSetOperators(ksp, operators, normal));
  check(KSPSetType(ksp, method));
  check(KSPSetTolerances(ksp, 1e-6, PETSC_DEFAULT, PETSC_DEFAULT, 2000));
  check(KSPGetPC(ksp, &pc));
  check(PCSetType(pc, preconditioner));
  check(KSPSetFromOptions(ksp));
  check(KSPSolve(ksp, right, x));
  KSPConvergedReason reason = KSP_CONVERGED_ITERATING;
  PetscInt iterations = 0;
  check(KSPGetConvergedReason(ksp, &reason));
  check(KSPGetIterationNumber(ksp, &iterations));
  check(PetscPrintf(PETSC_COMM_WORLD, "%s, %d iterations\n",
                    reason > 0 ? "converged" : "NOT converged", static_cast<int>(iterations)));
  check(KSPDestroy(&ksp));
  return reason > 0;
}

/// (A^T A + lambda L^T L) x = A^T b, by products alone.
bool solve_normal_equations(const Problem& problem, Vec b, Vec x) {
  Mat parts[2] = {nullptr, nullptr};
  check(MatCreateNormal(problem.a, &parts[0]));
  check(MatCreateNormal(problem.l, &parts[1]));
  check(MatScale(parts[1], problem.lambda));
  Mat sum = nullptr;
  check(MatCreateComposite(PETSC_COMM_WORLD, 2, parts, &sum));
  Vec right = nullptr;
  check(VecDuplicate(x, &right));
  check(MatMultTranspose(problem.a, b, right));
  const bool solved = solve(KSPCG, PCNONE, sum, sum, right, x);
  check(VecDestroy(&right));
  check(MatDestroy(&sum));
  for (Mat& part : parts) check(MatDestroy(&part));
  return solved;
}

/// [A; sqrt(lambda) L] x = [b; 0], in the sense of least squares.
bool solve_least_squares(const Problem& problem, Vec b, Vec x) {
  check(MatScale(problem.l, std::sqrt(problem.lambda)));
  Mat rows[2] = {problem.a, problem.l};
  Mat stacked = nullptr;
  check(MatCreateNest(PETSC_COMM_WORLD, 2, nullptr, 1, nullptr, rows, &stacked));
  IS places[2] = {nullptr, nullptr};
  check(MatNestGetISs(stacked, places, nullptr));
  Vec right = nullptr;
  check(MatCreateVecs(stacked, nullptr, &right));
  check(VecISCopy(right, places[0], SCATTER_FORWARD, b));
  Mat normal =
      toeplix::petsc::normal_equations(PETSC_COMM_WORLD, problem.blur, problem.blur_weights);
  Mat of_l = toeplix::petsc::normal_equations(PETSC_COMM_WORLD, problem.laplacian,
                                              problem.laplacian_weights);
  check(MatAXPY(normal, problem.lambda, of_l, UNKNOWN_NONZERO_PATTERN));
  const bool solved = solve(KSPLSQR, PCJACOBI, stacked, normal, right, x);
  check(VecDestroy(&right));
  for (Mat* mat : {&stacked, &normal, &of_l}) check(MatDestroy(mat));
  return solved;
}

double root_mean_square(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(sum / static_cast<double>(a.size()));
}

int run() {
  const std::string path = text_option("-image");
  toeplix::Image image = path.empty() ? drawn_picture() : toeplix::read_png(path);
  const Problem problem(image, number_option("-sigma", 1.5), number_option("-lambda", 1e-3));
  const auto numbering = toeplix::petsc::column_numbering(problem.a, problem.blur);
  Vec x = nullptr;
  Vec b = nullptr;
  check(MatCreateVecs(problem.a, &x, &b));
  if (path.empty()) {
    toeplix::petsc::scatter(image.samples, numbering, x);
    check(MatMult(problem.a, x, b));
  } else {
    toeplix::petsc::scatter(image.samples, numbering, b);
  }
  const std::vector<double> blurred = toeplix::petsc::gather(b, numbering);
  check(VecSet(x, 0));
  PetscBool least_squares = PETSC_FALSE;
  check(PetscOptionsHasName(nullptr, nullptr, "-least_squares", &least_squares));
  const bool solved = (least_squares ? solve_least_squares : solve_normal_equations)(problem, b, x);

  const std::vector<double> sharp = toeplix::petsc::gather(x, numbering);
  check(VecDestroy(&x));
  check(VecDestroy(&b));
  if (!is_first()) return 0;
  bool closer = solved;
  if (path.empty()) {
    const double before = root_mean_square(blurred, image.samples);
    const double after = root_mean_square(sharp, image.samples);
    std::cout << "root mean square error " << before << " blurred, " << after << " sharp\n";
    closer = closer && after < 0.8 * before;
  }
  if (const std::string output = text_option("-output"); !output.empty()) {
    image.samples = sharp;
    toeplix::write_png(output, image);
  }
  return closer ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (PetscInitialize(&argc, &argv, nullptr, nullptr) != 0) return 1;
  int result = 1;
  try {
    result = run();
  } catch (const std::exception& error) {
    // All processes throw the same.
    if (is_first()) std::cerr << error.what() << '\n';
  }
  return PetscFinalize() == 0 ? result : 1;
}
