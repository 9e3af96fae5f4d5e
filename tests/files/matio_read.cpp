// libmatio reads the .mat files that we write, and we those that it writes.
//
//     toeplix_matio_read FILE.mat      (the name of a file that may be written)

#include <toeplix/files/matlab.hpp>

#include <matio.h>

#include <complex>
#include <cstdio>
#include <memory>
#include <string>

namespace {

using Matrix = Eigen::SparseMatrix<std::complex<double>>;

int failures = 0;

void require(bool holds, const std::string& what) {
  if (holds) return;
  std::fprintf(stderr, "FAILED: %s\n", what.c_str());
  ++failures;
}

using File = std::unique_ptr<mat_t, int (*)(mat_t*)>;
using Variable = std::unique_ptr<matvar_t, void (*)(matvar_t*)>;

/// 50 x 40, with empty columns; every value is different.
Matrix example() {
  Matrix matrix(50, 40);
  for (int i = 0; i < 300; ++i) {
    matrix.coeffRef(i * 7 % 50, i * 11 % 37) = {1.0 / (i + 1), -2.0 * i};
  }
  matrix.makeCompressed();
  return matrix;
}

void check_that_matio_reads(const std::string& path, toeplix::FileCompression compression) {
  const Matrix matrix = example();
  toeplix::write_matlab(path, matrix, {.variable = "Blur", .compression = compression});
  const File file(Mat_Open(path.c_str(), MAT_ACC_RDONLY), &Mat_Close);
  require(file != nullptr, "matio opens the file");
  if (!file) return;
  const Variable variable(Mat_VarRead(file.get(), "Blur"), &Mat_VarFree);
  require(variable != nullptr && variable->class_type == MAT_C_SPARSE, "matio reads the variable");
  if (!variable) return;
  const auto& sparse = *static_cast<const mat_sparse_t*>(variable->data);
  const auto& parts = *static_cast<const mat_complex_split_t*>(sparse.data);
  require(variable->dims[0] == 50 && variable->dims[1] == 40, "dimensions");
  require(static_cast<Eigen::Index>(sparse.ndata) == matrix.nonZeros(), "entries");
  require(sparse.njc == 41, "pointers");
  for (int i = 0; i <= 40; ++i) {
    require(static_cast<int>(sparse.jc[i]) == matrix.outerIndexPtr()[i], "a pointer");
  }
  for (Eigen::Index i = 0; i < matrix.nonZeros(); ++i) {
    require(static_cast<int>(sparse.ir[i]) == matrix.innerIndexPtr()[i], "an index");
    const std::complex<double> value(static_cast<const double*>(parts.Re)[i],
                                     static_cast<const double*>(parts.Im)[i]);
    require(value == matrix.valuePtr()[i], "a value");
  }
}

void check_that_we_read(const std::string& path, matio_compression compression) {
  Eigen::SparseMatrix<double> matrix = example().real();
  matrix.makeCompressed();
  {
    const File file(Mat_CreateVer(path.c_str(), "by matio", MAT_FT_MAT5), &Mat_Close);
    mat_sparse_t sparse{};
    sparse.nzmax = static_cast<mat_uint32_t>(matrix.nonZeros());
    sparse.ir = reinterpret_cast<mat_uint32_t*>(matrix.innerIndexPtr());
    sparse.nir = sparse.nzmax;
    sparse.jc = reinterpret_cast<mat_uint32_t*>(matrix.outerIndexPtr());
    sparse.njc = 41;
    sparse.ndata = sparse.nzmax;
    sparse.data = matrix.valuePtr();
    std::size_t dimensions[2] = {50, 40};
    const Variable variable(Mat_VarCreate("A", MAT_C_SPARSE, MAT_T_DOUBLE, 2, dimensions, &sparse,
                                          MAT_F_DONT_COPY_DATA),
                            &Mat_VarFree);
    require(Mat_VarWrite(file.get(), variable.get(), compression) == 0, "matio writes");
  }
  const auto read = toeplix::read_matlab<Eigen::SparseMatrix<double>>(path, {.variable = "A"});
  require(read.rows() == 50 && read.cols() == 40, "our dimensions");
  require(read.nonZeros() == matrix.nonZeros(), "our entries");
  require(Eigen::MatrixXd(read) == Eigen::MatrixXd(matrix), "our values");
}

/// MATLAB refuses a matrix that has no room for an entry.
void check_that_matio_reads_no_entries(const std::string& path) {
  toeplix::write_matlab(path, Matrix(50, 40), {.variable = "Empty"});
  const File file(Mat_Open(path.c_str(), MAT_ACC_RDONLY), &Mat_Close);
  const Variable variable(file ? Mat_VarRead(file.get(), "Empty") : nullptr, &Mat_VarFree);
  require(variable != nullptr && variable->class_type == MAT_C_SPARSE, "matio reads no entries");
  if (!variable) return;
  const auto& sparse = *static_cast<const mat_sparse_t*>(variable->data);
  require(variable->dims[0] == 50 && variable->dims[1] == 40, "dimensions of no entries");
  require(sparse.nzmax == 1 && sparse.ndata == 0, "room for one entry, none of it used");
  require(sparse.njc == 41 && sparse.jc[40] == 0, "pointers of no entries");
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  const std::string path = arguments[1];
  check_that_matio_reads(path, toeplix::FileCompression::stored);
  check_that_matio_reads(path, toeplix::FileCompression::deflated);
  check_that_we_read(path, MAT_COMPRESSION_NONE);
  check_that_we_read(path, MAT_COMPRESSION_ZLIB);
  check_that_matio_reads_no_entries(path);
  std::printf("5 files exchanged with matio\n");
  return failures == 0 ? 0 : 1;
}
