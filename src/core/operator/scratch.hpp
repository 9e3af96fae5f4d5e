#pragma once

#include <toeplix/index.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace toeplix::detail {

/// Vectors between two steps of a product, kept for the next product. Any number of threads may
/// borrow at a time.
template <class Scalar>
class Scratch {
 public:
  using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

  /// A vector while it is needed; gives it back.
  class Borrowed {
   public:
    Borrowed(const Scratch& owner, Index size) : owner_(owner), vector_(owner.take()) {
      // Not `resize`: where that finds no memory, it leaves a pointer to what it gave back.
      if (vector_->size() < size) *vector_ = Vector(size);
    }
    ~Borrowed() { owner_.give_back(std::move(vector_)); }
    Borrowed(const Borrowed&) = delete;
    Borrowed& operator=(const Borrowed&) = delete;

    Scalar* data() const { return vector_->data(); }

   private:
    const Scratch& owner_;
    std::unique_ptr<Vector> vector_;
  };

  /// So many numbers, whose values are undefined.
  Borrowed borrow(Index size) const { return Borrowed(*this, size); }

 private:
  std::unique_ptr<Vector> take() const {
    const std::lock_guard lock(mutex_);
    if (unused_.empty()) {
      // Room to give it back: that must not fail.
      unused_.reserve(++made_);
      return std::make_unique<Vector>();
    }
    std::unique_ptr<Vector> vector = std::move(unused_.back());
    unused_.pop_back();
    return vector;
  }
  void give_back(std::unique_ptr<Vector> vector) const {
    const std::lock_guard lock(mutex_);
    unused_.push_back(std::move(vector));
  }

  mutable std::mutex mutex_;
  mutable std::size_t made_ = 0;
  mutable std::vector<std::unique_ptr<Vector>> unused_;
};

/// Calls `work(first, count)` for a few images at a time, so that what lies between two steps,
/// `size` numbers of each image, does not grow with the batch.
template <class Work>
void for_some_images(Index images, Index size, const Work& work) {
  constexpr Index most_numbers = Index{1} << 18;
  const Index together = std::max<Index>(1, most_numbers / std::max<Index>(1, size));
  for (Index first = 0; first < images; first += together) {
    work(first, std::min(together, images - first));
  }
}

}  // namespace toeplix::detail
