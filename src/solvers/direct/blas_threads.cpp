#include "solvers/direct/blas_threads.hpp"

#include <toeplix/error.hpp>

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <string>

#ifdef _OPENMP
#include <omp.h>
#endif
#if defined(__unix__) || defined(__APPLE__)
#include <dlfcn.h>
#include <sys/mman.h>
#endif

namespace toeplix::detail {

namespace {

/// What OpenBLAS takes for each thread: a buffer of 128 MiB, and some room for a stack.
constexpr std::size_t bytes_per_thread = (std::size_t{128} << 20) + (std::size_t{9} << 20);

/// The functions of OpenBLAS. They are looked up when the program runs, because Debian and others
/// choose the BLAS then. Null if the BLAS is another.
struct OpenBlas {
  int (*threads)() = nullptr;
  int (*processors)() = nullptr;
  void (*set_threads)(int) = nullptr;
};

#if defined(__unix__) || defined(__APPLE__)
template <class Function>
bool look_up(const char* name, Function*& function) {
  function = reinterpret_cast<Function*>(dlsym(RTLD_DEFAULT, name));
  return function != nullptr;
}

OpenBlas find_open_blas() {
  OpenBlas found;
  const bool all = look_up("openblas_get_num_threads", found.threads) &&
                   look_up("openblas_get_num_procs", found.processors) &&
                   look_up("openblas_set_num_threads", found.set_threads);
  return all ? found : OpenBlas();
}

/// Whether the process may have so much more address space.
bool has_room(std::size_t bytes) {
  void* const room = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (room == MAP_FAILED) return false;
  munmap(room, bytes);
  return true;
}
#else
OpenBlas find_open_blas() {
  return {};
}

bool has_room(std::size_t) {
  return true;
}
#endif

const OpenBlas& open_blas() {
  static const OpenBlas functions = find_open_blas();
  return functions;
}

/// What there is one of in a process, as there is one OpenBLAS.
struct Setting {
  std::mutex mutex;
  int users = 0;
  int before = 0;     ///< threads before the first of the users
  int with_room = 0;  ///< threads that there was memory for
};

Setting& setting() {
  static Setting one;
  return one;
}

/// As many of the threads as there is memory for. OpenBLAS keeps the buffers that it has.
int threads_with_room(int threads, Setting& state) {
  for (int count = threads; count > 0; count /= 2) {
    if (count <= state.with_room) return count;
    if (has_room(static_cast<std::size_t>(count) * bytes_per_thread)) {
      state.with_room = count;
      return count;
    }
  }
  throw CapacityError("OpenBLAS needs " + std::to_string(bytes_per_thread) +
                          " bytes of address space, which the system refuses (ulimit -v)",
                      CapacityCause::limit);
}

/// Sets OpenBLAS's number. If it was built with OpenMP it also changes that of the calling thread,
/// which stays as it is.
void set_open_blas(int threads) {
#ifdef _OPENMP
  const int own = omp_get_max_threads();
  open_blas().set_threads(threads);
  omp_set_num_threads(own);
#else
  open_blas().set_threads(threads);
#endif
}

/// Objects of a thread that keep OpenMP from parallel regions, and what it allowed before.
struct Levels {
  int users = 0;
  int before = 0;
};

thread_local Levels levels;

}  // namespace

int blas_threads_for(double flops, int asked) {
  constexpr double worth_threads = 2e9;
  return flops < worth_threads ? 1 : asked;
}

BlasThreads::BlasThreads(int threads) {
  const OpenBlas& blas = open_blas();
  if (blas.set_threads != nullptr) {
    Setting& state = setting();
    const std::lock_guard lock(state.mutex);
    const int present = blas.threads();
    const int before = state.users == 0 ? present : state.before;
    const int wanted = threads > 0 ? std::min(threads, blas.processors()) : before;
    set_open_blas(threads_with_room(std::max(wanted, 1), state));
    state.before = before;
    ++state.users;
  }
#ifdef _OPENMP
  serial_ = threads == 1;
  if (serial_ && levels.users++ == 0) {
    levels.before = omp_get_max_active_levels();
    omp_set_max_active_levels(0);
  }
#endif
}

BlasThreads::~BlasThreads() {
#ifdef _OPENMP
  if (serial_ && --levels.users == 0) omp_set_max_active_levels(levels.before);
#endif
  if (open_blas().set_threads == nullptr) return;
  Setting& state = setting();
  const std::lock_guard lock(state.mutex);
  if (--state.users == 0) set_open_blas(state.before);
}

}  // namespace toeplix::detail
