#pragma once

/// \file
/// Everything of the library's core and its oracle. The file formats of component `files` have
/// headers of their own.

#include <toeplix/compile.hpp>
#include <toeplix/convolution.hpp>
#include <toeplix/diagonals.hpp>
#include <toeplix/elimination_order.hpp>
#include <toeplix/error.hpp>
#include <toeplix/explain.hpp>
#include <toeplix/im2col.hpp>
#include <toeplix/inspect.hpp>
#include <toeplix/normal_equations.hpp>
#include <toeplix/operator.hpp>
#include <toeplix/pattern.hpp>
#include <toeplix/reference.hpp>
#include <toeplix/separable.hpp>
#include <toeplix/spec.hpp>
#include <toeplix/tap_table.hpp>
#include <toeplix/verify.hpp>
#include <toeplix/version.hpp>
#include <toeplix/weight_gradient.hpp>
