#include <toeplix/toeplix.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

// Repeated products allocate nothing. A program of its own, because it counts what everybody in it
// allocates.

namespace {

std::atomic<long> allocations{0};

void* counted(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}

void* counted(std::size_t size, std::align_val_t alignment) {
  ++allocations;
  const auto multiple = static_cast<std::size_t>(alignment);
  if (void* const memory =
          std::aligned_alloc(multiple, (size + multiple - 1) / multiple * multiple)) {
    return memory;
  }
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) {
  return counted(size);
}
void* operator new[](std::size_t size) {
  return counted(size);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return counted(size, alignment);
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return counted(size, alignment);
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}

BOOST_AUTO_TEST_SUITE(allocations_of_products)

namespace {

using toeplix::Index;
using Numbers = std::vector<float>;

Numbers ones(Index count) {
  return Numbers(static_cast<std::size_t>(count), 1);
}

/// Allocations of three products after the first two.
template <class Map>
long allocations_of(const Map& map) {
  const Numbers x = ones(map.cols());
  Numbers y = ones(map.rows());
  map.apply(x, y);
  map.apply(x, y);
  const long before = allocations;
  for (int i = 0; i < 3; ++i) map.apply(x, y);
  return allocations - before;
}

}  // namespace

BOOST_AUTO_TEST_CASE(new_is_counted) {
  const long before = allocations;
  BOOST_TEST(Numbers(1000, 1).back() == 1);
  BOOST_TEST(allocations > before);
}

BOOST_AUTO_TEST_CASE(repeated_products_allocate_nothing) {
  for (const std::string spec :
       {"input=40,40 kernel=3,3 in=8 out=20 padding=1",
        "input=40,40 kernel=5,5 padding=2 boundary=reflect",
        "input=14,14 kernel=3,3 in=32 out=32 groups=32 padding=1",
        "input=300 kernel=9 stride=2 padding=4 boundary=circular",
        "input=20,20,20 kernel=3,3,3 padding=1 order=channels_last in=2 out=2"}) {
    BOOST_TEST_CONTEXT(spec) {
      const toeplix::Convolution conv(spec);
      for (const int threads : {1, 2}) {
        const toeplix::Operator<float> op(conv, ones(conv.weight_count()), {.threads = threads});
        BOOST_TEST(allocations_of(op) == 0);
        BOOST_TEST(allocations_of(op.transpose()) == 0);
        BOOST_TEST(allocations_of(op.transpose() * op + 0.5F * (op.transpose() * op)) == 0);
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
