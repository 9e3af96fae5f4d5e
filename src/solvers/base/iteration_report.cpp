#include <toeplix/solvers/iteration_report.hpp>

namespace toeplix {

std::string_view to_string(IterationStatus status) {
  switch (status) {
    case IterationStatus::converged:
      return "converged";
    case IterationStatus::iteration_limit:
      return "iteration_limit";
    case IterationStatus::overflow:
      return "overflow";
  }
  return "";
}

}  // namespace toeplix
