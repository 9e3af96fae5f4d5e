#pragma once

namespace toeplix::detail {

/// How many threads a factorization of so many operations is worth: one if it is short, because
/// threads that wait for one another then take longer than the work; otherwise as many as `asked`.
int blas_threads_for(double flops, int asked);

/// The number of threads of the BLAS, if that is OpenBLAS: as asked while this lives, afterwards as
/// before. One thread also keeps CHOLMOD from starting its own.
///
/// OpenBLAS has one number for the process. So if several of these live at once, the last one that
/// was made decides, and the last one that goes restores. With another BLAS nothing happens. To be
/// destroyed on the thread that made it.
class BlasThreads {
 public:
  /// `threads` of the BLAS, but no more than there are processors; 0: as many as it has. Fewer if
  /// OpenBLAS has no memory for their buffers, which it would try to get for ever; CapacityError if
  /// it has none for one.
  explicit BlasThreads(int threads);
  BlasThreads(const BlasThreads&) = delete;
  BlasThreads& operator=(const BlasThreads&) = delete;
  ~BlasThreads();

 private:
  bool serial_ = false;  // OpenMP makes no parallel regions on this thread meanwhile
};

}  // namespace toeplix::detail
