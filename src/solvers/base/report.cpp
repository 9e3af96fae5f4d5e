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
  }
  return "";
}

}  // namespace toeplix
