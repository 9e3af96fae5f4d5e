#include <toeplix/solvers/report.hpp>

namespace toeplix {

std::string_view to_string(SolveStatus status) {
  switch (status) {
    case SolveStatus::solved:
      return "solved";
    case SolveStatus::inaccurate:
      return "inaccurate";
    case SolveStatus::singular:
      return "singular";
    case SolveStatus::iteration_limit:
      return "iteration_limit";
  }
  return "";
}

std::string_view to_string(SolveMethod method) {
  switch (method) {
    case SolveMethod::automatic:
      return "automatic";
    case SolveMethod::factorization:
      return "factorization";
    case SolveMethod::transform:
      return "transform";
    case SolveMethod::iterative:
      return "iterative";
  }
  return "";
}

}  // namespace toeplix
