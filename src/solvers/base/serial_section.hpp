#pragma once

#ifdef _OPENMP
#include <omp.h>
#endif

namespace toeplix::detail {

/// While this lives, Eigen's dense products on this thread use no others: how they share the work
/// changes the last digits. To be destroyed on the thread that made it.
class SerialSection {
 public:
#ifdef _OPENMP
  SerialSection() : before_(omp_get_max_threads()) {
    omp_set_num_threads(1);
  }
  ~SerialSection() {
    omp_set_num_threads(before_);
  }
#else
  // Written out, so that an object that nobody asks anything is not called unused.
  SerialSection() {}
  ~SerialSection() {}
#endif
  SerialSection(const SerialSection&) = delete;
  SerialSection& operator=(const SerialSection&) = delete;

 private:
#ifdef _OPENMP
  int before_;
#endif
};

}  // namespace toeplix::detail
