#pragma once

// What the documentation's blocks of C++ may take for given.

#include <toeplix/files/matlab.hpp>
#include <toeplix/files/matrix_market.hpp>
#include <toeplix/files/npy.hpp>
#include <toeplix/files/npz.hpp>
#include <toeplix/files/page.hpp>
#include <toeplix/files/plot.hpp>
#include <toeplix/files/png.hpp>
#include <toeplix/files/series_plot.hpp>
#include <toeplix/solvers/choose_lambda.hpp>
#include <toeplix/solvers/deblur.hpp>
#include <toeplix/solvers/singular_values.hpp>
#include <toeplix/solvers/spectral_norm.hpp>
#include <toeplix/solvers/tikhonov.hpp>
#include <toeplix/toeplix.hpp>

#include <Eigen/SparseCore>

#include <iostream>
#include <vector>

inline const toeplix::Convolution conv({.input = {3, 3}, .kernel = {2, 2}});
inline const toeplix::Convolution blur({.input = {9, 9}, .kernel = {3, 3}, .padding = 1});
inline const std::vector<double> weights(4, 1.0);
inline const std::vector<double> kernel(9, 1.0 / 9);
inline const Eigen::SparseMatrix<double, Eigen::RowMajor> W = toeplix::compile(blur, kernel);
inline const Eigen::VectorXd x = Eigen::VectorXd::Ones(81);
inline const Eigen::VectorXd b = W * x;
inline const Eigen::MatrixXd pixels = Eigen::MatrixXd::Ones(480 * 640, 1);
inline const std::vector<double> psf(225, 1.0 / 225);

void pack(toeplix::Index offset, const std::vector<double>& diagonal);
