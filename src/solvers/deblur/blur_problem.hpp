#pragma once

#include <toeplix/convolution.hpp>
#include <toeplix/solvers/deblur.hpp>
#include <toeplix/solvers/tikhonov.hpp>

#include <vector>

namespace toeplix::detail {

/// Everything that is known of a blur, checked.
struct BlurProblem {
  Extents extents;    ///< of the image
  BlurKernel kernel;  ///< as it is taken
  DeblurOptions options;
};

/// The blur of the whole image.
Convolution whole_blur(const BlurProblem& problem);

/// The L of a kind for a blur, with its boundary along axes where that is circular or symmetric.
Regularizer regularizer_for(RegularizerKind kind, const Convolution& blur);

/// What the channels tell of their iterations, to the one who asked.
class ChannelProgress {
 public:
  explicit ChannelProgress(const DeblurOptions& options) : tell_(options.progress) {}

  void go_to(Index channel) { channel_ = channel; }
  /// Nothing if nobody asked. The result must not outlive this object.
  [[nodiscard]] std::function<void(Index iteration, double residual)> of_iterations() {
    if (!tell_) return {};
    return [this](Index iteration, double residual) { tell_(channel_, iteration, residual); };
  }

 private:
  std::function<void(Index channel, Index iteration, double residual)> tell_;
  Index channel_ = 0;
};

/// How Tikhonov's problem of a blur is solved.
TikhonovOptions tikhonov_options(const BlurProblem& problem, SolveMethod method);

/// Products of weights for the equations of a blur; 0 unless the method is a factorization.
double products_for(const Convolution& blur, SolveMethod method, const Resources& resources);

}  // namespace toeplix::detail
