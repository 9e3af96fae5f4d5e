#include <toeplix/petsc/shell.hpp>

#include <toeplix/bands.hpp>
#include <toeplix/operator.hpp>

#include "petsc/base/check.hpp"
#include "petsc/base/share.hpp"
#include "petsc/base/together.hpp"
#include "petsc/shell/band_product.hpp"
#include "petsc/shell/local_array.hpp"

#include <algorithm>
#include <memory>
#include <string>

namespace toeplix::petsc {

using detail::BandProduct;
using detail::check;
using detail::Share;
using detail::together;

namespace {

/// What a shell has instead of entries.
class ShellContext {
 public:
  ShellContext(const Share& share, std::span<const double> weights, const Resources& resources)
      : share_(share),
        whole_(share.pattern, weights, resources),
        rows_(toeplix::row_numbering(share.pattern, share.rows)),
        columns_(toeplix::column_numbering(share.pattern, share.columns)),
        is_transposed_(share.pattern.axes().front().table.is_transposed()),
        product_(is_transposed_ ? share.pattern.transposed() : share.pattern,
                 is_transposed_ ? share.columns : share.rows,
                 is_transposed_ ? share.rows : share.columns, share.process, weights, resources) {}

  void connect(MPI_Comm comm) { product_.connect(comm); }

  /// to = A from, or of the transposed matrix. Collective; all processes throw the same.
  void multiply(MPI_Comm comm, bool transposed, Vec from, Vec to) {
    const detail::ReadArray x(from);
    const detail::WriteArray y(to);
    if (transposed == is_transposed_) {
      together(comm, [&] { product_.multiply(x.numbers(), y.numbers()); });
      return;
    }
    together(comm, [&] { product_.multiply_transposed(x.numbers(), y.numbers()); });
    product_.add_halos(y.numbers());
  }

  /// The entries (i, i) in PETSc's numbers.
  void diagonal(MPI_Comm comm, Vec to) const {
    const detail::WriteArray entries(to);
    together(comm, [&] { write_diagonal(entries.numbers()); });
  }

 private:
  void write_diagonal(std::span<double> entries) const {
    if (rows_.size() != columns_.size()) {
      throw GeometryError("the matrix has " + std::to_string(rows_.size()) + " rows and " +
                          std::to_string(columns_.size()) +
                          " columns; only a square one has a diagonal");
    }
    const Index process = share_.process;
    const Index first = rows_.first(process);
    if (std::ssize(entries) != rows_.size(process)) {
      throw GeometryError("the vector has " + std::to_string(entries.size()) +
                          " numbers here; expected " + std::to_string(rows_.size(process)));
    }
    if (first == columns_.first(process) && rows_.size(process) == columns_.size(process)) {
      const Pattern own = diagonal_part(share_.pattern, share_.rows, share_.columns, process);
      const Operator<double> part(own, whole_.weights(), whole_.resources());
      const auto diagonal = part.diagonal();
      std::copy_n(diagonal.data(), entries.size(), entries.data());
      return;
    }
    for (Index i = 0; i < std::ssize(entries); ++i) {
      entries[static_cast<std::size_t>(i)] =
          whole_.coeff(rows_.natural(first + i), columns_.natural(first + i));
    }
  }

  Share share_;
  Operator<double> whole_;
  BandNumbering rows_;
  BandNumbering columns_;
  bool is_transposed_;
  BandProduct product_;  // of the rows, or if the matrix is transposed, of the columns
};

/// Calls `work(context, communicator)`. No exception may leave a function that PETSc calls: it
/// becomes an error of PETSc's with the same message.
template <class Work>
PetscErrorCode guarded(Mat mat, const Work& work) {
  MPI_Comm comm = PetscObjectComm(reinterpret_cast<PetscObject>(mat));
  std::string message;
  PetscErrorCode code = PETSC_ERR_LIB;
  try {
    const detail::QuietErrors quiet;
    ShellContext* context = nullptr;
    check(MatShellGetContext(mat, static_cast<void*>(&context)));
    work(*context, comm);
    return 0;
  } catch (const GeometryError& error) {
    message = error.what();
    code = PETSC_ERR_ARG_SIZ;
  } catch (const CapacityError& error) {
    message = error.what();
    code = PETSC_ERR_MEM;
  } catch (const std::exception& error) {
    message = error.what();
  }
  // Of this process alone: on the whole communicator PETSc would end all processes but the first.
  SETERRQ(PETSC_COMM_SELF, code, "%s", message.c_str());
}

PetscErrorCode mult(Mat mat, Vec x, Vec y) {
  return guarded(
      mat, [&](ShellContext& context, MPI_Comm comm) { context.multiply(comm, false, x, y); });
}

PetscErrorCode mult_transpose(Mat mat, Vec y, Vec x) {
  return guarded(mat,
                 [&](ShellContext& context, MPI_Comm comm) { context.multiply(comm, true, y, x); });
}

PetscErrorCode get_diagonal(Mat mat, Vec entries) {
  return guarded(
      mat, [&](const ShellContext& context, MPI_Comm comm) { context.diagonal(comm, entries); });
}

PetscErrorCode destroy_context(void* context) {
  delete static_cast<ShellContext*>(context);
  return 0;
}

using AnyFunction = void (*)();

template <class Function>
void set_operation(Mat mat, MatOperation operation, Function function) {
  check(MatShellSetOperation(mat, operation, reinterpret_cast<AnyFunction>(function)));
}

}  // namespace

Mat detail::shell(MPI_Comm comm, const std::function<Pattern()>& pattern,
                  std::span<const double> weights, const Options& options) {
  const Share share = detail::share(comm, pattern, weights, options);
  const BandNumbering rows = row_numbering(share.pattern, share.rows);
  const BandNumbering columns = column_numbering(share.pattern, share.columns);
  check_numbering(rows, columns);
  std::unique_ptr<ShellContext> context;
  together(comm,
           [&] { context = std::make_unique<ShellContext>(share, weights, options.resources); });
  const QuietErrors quiet;
  context->connect(comm);
  Mat mat = nullptr;
  check(MatCreateShell(comm, static_cast<PetscInt>(rows.size(share.process)),
                       static_cast<PetscInt>(columns.size(share.process)),
                       static_cast<PetscInt>(rows.size()), static_cast<PetscInt>(columns.size()),
                       context.get(), &mat));
  check(MatShellSetContextDestroy(mat, destroy_context));
  static_cast<void>(context.release());  // PETSc has it now
  // PETSc makes MatMultAdd of MatMult, and scales and shifts around them: an operation of ours
  // would go past that.
  set_operation(mat, MATOP_MULT, mult);
  set_operation(mat, MATOP_MULT_TRANSPOSE, mult_transpose);
  set_operation(mat, MATOP_GET_DIAGONAL, get_diagonal);
  return mat;
}

}  // namespace toeplix::petsc
