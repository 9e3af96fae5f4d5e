#include "cli/deblur/work_report.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace toeplix::cli {
namespace {

constexpr double seconds_worth_saying = 5;

/// A terminal shows what is said as progress; if standard error goes elsewhere, it gets a line.
std::string said(std::string text) {
  if (!Progress::is_shown()) fmt::print(stderr, "{}\n", text);
  return text;
}

/// What is going on, and how long making the matrices will take, if it is some seconds.
std::string text_of_products(const std::string& what, double products) {
  constexpr double products_per_second = 5e8;  // of one core
  const double seconds = products / products_per_second;
  if (seconds < seconds_worth_saying) return what;
  return said(fmt::format("{}: the equations take {:.2g} products; about {:.0f} s of one core",
                          what, products, seconds));
}

/// What is going on, and how long the factorizations will take, if it is some seconds.
std::string text_of_factors(const std::string& what, const DeblurWork& work) {
  constexpr double operations_per_second = 1e10;  // of one core
  const double seconds = work.factorizations * work.flops / operations_per_second;
  if (seconds < seconds_worth_saying) return what;
  return said(
      fmt::format("{}: {} factorization{} of {} entries, {:.3g} GB; about {:.0f} s of one core",
                  what, work.factorizations, work.factorizations == 1 ? "" : "s", work.fill,
                  static_cast<double>(work.bytes) / 1e9, seconds));
}

}  // namespace

void WorkReport::begin(const DeblurWork& work) {
  method_ = work.method;
  stage_ = work.stage == DeblurStage::choosing_lambda ? "choosing lambda" : "deblurring";
  begin_ = Clock::now();
  progress_.reset();
  progress_.emplace(work.products > 0 ? text_of_products(stage_, work.products)
                                      : text_of_factors(stage_, work));
}

void WorkReport::iterate(Index channel, Index iteration, double residual) {
  const bool is_shown = Progress::is_shown();
  if (!is_shown && is_line_said_) return;
  const std::chrono::duration<double> passed = Clock::now() - begin_;
  if (!is_shown && passed.count() < seconds_worth_saying) return;
  const std::string text = fmt::format("{}: channel {} of {}, iteration {}, residual {:.2g}",
                                       stage_, channel + 1, channels_, iteration, residual);
  if (progress_ && is_shown) progress_->say(text);
  if (!is_shown) fmt::print(stderr, "{}, after {:.0f} s\n", text, passed.count());
  is_line_said_ = true;
}

}  // namespace toeplix::cli
