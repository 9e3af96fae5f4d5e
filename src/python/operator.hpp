#pragma once

#include <toeplix/operator.hpp>
#include <toeplix/separated.hpp>

#include <complex>
#include <variant>

namespace toeplix::python {

/// A class of matrices without memory, of whichever scalar. (A struct, because pybind11 takes a
/// bare variant apart.)
template <template <class> class Map>
struct OfAnyScalar {
  std::variant<Map<float>, Map<double>, Map<std::complex<float>>, Map<std::complex<double>>> map;
};

using AnyOperator = OfAnyScalar<Operator>;
using AnyMap = OfAnyScalar<LinearMap>;

}  // namespace toeplix::python
