#pragma once

#include <toeplix/error.hpp>

#include <string>

namespace toeplix::onnx_detail {

/// Calls `action`; the messages of its errors get the node's title in front.
template <class Action>
void with_title(const std::string& title, const Action& action) {
  try {
    action();
  } catch (const GeometryError& error) {
    throw GeometryError(title + ": " + error.what());
  } catch (const FormatError& error) {
    throw FormatError(title + ": " + error.what());
  } catch (const CapacityError& error) {
    throw CapacityError(title + ": " + std::string(error.problem()), error.cause(), error.entries(),
                        error.bytes(), std::string(error.advice()));
  }
}

}  // namespace toeplix::onnx_detail
