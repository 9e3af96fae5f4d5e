// Refused: must have the same scalar type; convert one of them, e.g. x.cast<float>\(\)
#include <toeplix/linear_map.hpp>
#include <toeplix/operator.hpp>

toeplix::LinearMap<float> mixed_sum(const toeplix::Operator<float>& a,
                                    const Eigen::SparseMatrix<double>& b) {
#ifdef CORRECT
  return a + Eigen::SparseMatrix<float>(b.cast<float>());
#else
  return a + b;
#endif
}
