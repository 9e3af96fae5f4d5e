// Refused: C\+\+20
// With: -std=c++17
#ifndef CORRECT
#include <toeplix/toeplix.hpp>
#endif
