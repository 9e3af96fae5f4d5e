// CHOLMOD reads the Matrix Market files that we write: sizes, structure and values are compared
// with the matrix that was written.
//
//     toeplix_cholmod_read FILE.mtx      (the name of a file that may be written)

#include <toeplix/files/matrix_market.hpp>
#include <toeplix/toeplix.hpp>

#include <cholmod.h>

#include <complex>
#include <cstdio>
#include <memory>
#include <string>

namespace {

using toeplix::MatrixMarketSymmetry;

int failures = 0;
int checked = 0;

void require(bool holds, const std::string& what) {
  if (holds) return;
  std::fprintf(stderr, "FAILED: %s\n", what.c_str());
  ++failures;
}

class Read {
 public:
  Read(const std::string& path, cholmod_common& common) : common_(common) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "r"),
                                                               &std::fclose);
    matrix = cholmod_read_sparse(file.get(), &common_);
  }
  ~Read() { cholmod_free_sparse(&matrix, &common_); }
  Read(const Read&) = delete;
  Read& operator=(const Read&) = delete;

  cholmod_sparse* matrix = nullptr;

 private:
  cholmod_common& common_;
};

/// Whether `read` has the same columns, bit by bit.
template <class Scalar>
bool same(const cholmod_sparse& read, const Eigen::SparseMatrix<Scalar>& expected) {
  const auto* pointers = static_cast<const int*>(read.p);
  const auto* indices = static_cast<const int*>(read.i);
  const auto* values = static_cast<const Scalar*>(read.x);
  if (static_cast<Eigen::Index>(read.nrow) != expected.rows()) return false;
  if (static_cast<Eigen::Index>(read.ncol) != expected.cols()) return false;
  for (Eigen::Index i = 0; i <= expected.cols(); ++i) {
    if (pointers[i] != expected.outerIndexPtr()[i]) return false;
  }
  for (Eigen::Index i = 0; i < expected.nonZeros(); ++i) {
    if (indices[i] != expected.innerIndexPtr()[i]) return false;
    if (values[i] != expected.valuePtr()[i]) return false;
  }
  return true;
}

/// Of a symmetric matrix CHOLMOD keeps the upper triangle.
template <class Scalar>
void check(const std::string& path, const Eigen::SparseMatrix<Scalar>& matrix,
           MatrixMarketSymmetry symmetry, cholmod_common& common) {
  const bool is_general = symmetry == MatrixMarketSymmetry::general;
  const std::string what = std::string(to_string(symmetry)) + ' ' + std::to_string(matrix.rows()) +
                           " x " + std::to_string(matrix.cols());
  toeplix::write_matrix_market(path, matrix, {.comment = "c\nd", .symmetry = symmetry});
  const Read read(path, common);
  require(read.matrix != nullptr, what + ": cannot be read");
  if (read.matrix == nullptr) return;
  require(read.matrix->stype == (is_general ? 0 : 1), what + ": another symmetry");
  const Eigen::SparseMatrix<Scalar> upper = matrix.template triangularView<Eigen::Upper>();
  require(same(*read.matrix, is_general ? matrix : upper), what + ": differs");
  ++checked;
}

Eigen::SparseMatrix<double> compiled(const std::string& spec) {
  const toeplix::Convolution conv(toeplix::parse_convolution(spec));
  std::vector<double> weights;
  for (toeplix::Index i = 0; i < conv.weight_count(); ++i) {
    weights.push_back(1.0 / static_cast<double>(i + 3));
  }
  return toeplix::compile<int, Eigen::ColMajor>(conv, weights);
}

void check_all(const std::string& path, cholmod_common& common) {
  const auto general = MatrixMarketSymmetry::general;
  for (const char* spec : {"input=3,3 kernel=2,2", "input=30,20 kernel=3,5 padding=2 stride=2",
                           "input=9 kernel=3 in=4 out=2 boundary=reflect padding=1"}) {
    check(path, compiled(spec), general, common);
  }
  const auto plain = compiled("input=40 kernel=5 padding=2");
  const Eigen::SparseMatrix<double> symmetric =
      plain + Eigen::SparseMatrix<double>(plain.transpose());
  check(path, symmetric, MatrixMarketSymmetry::symmetric, common);
  const Eigen::SparseMatrix<std::complex<double>> complex =
      plain.cast<std::complex<double>>() * std::complex<double>(1, 0.5);
  check(path, complex, general, common);
  const Eigen::SparseMatrix<std::complex<double>> hermitian =
      complex + Eigen::SparseMatrix<std::complex<double>>(complex.adjoint());
  check(path, hermitian, MatrixMarketSymmetry::hermitian, common);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  cholmod_common common;
  cholmod_start(&common);
  check_all(arguments[1], common);
  cholmod_finish(&common);
  std::printf("%d matrices that CHOLMOD read\n", checked);
  return failures == 0 ? 0 : 1;
}
