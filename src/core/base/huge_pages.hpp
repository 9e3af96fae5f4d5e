#pragma once

#include <toeplix/index.hpp>

namespace toeplix::detail {

/// Asks the system to back new memory of `bytes` from `begin` on with huge pages. To be called
/// before anything touches it: to fault in pages of 4 KiB takes several times as long as to write
/// them. No memory beyond the range is taken, and contents stay.
///
/// | part of the range | pages |
/// | --- | --- |
/// | whole huge pages within it (2 MiB, aligned) | huge, if the system has some |
/// | its two ends, less than 2 MiB each | small: the rest of the page is not ours |
/// | what was touched before | as it is |
/// | all of it, on another system than Linux | as ever |
///
/// It is a request: if it is refused, that costs speed only.
///
///     auto* const values = static_cast<double*>(std::malloc(bytes));
///     advise_huge_pages(values, bytes);
void advise_huge_pages(void* begin, Index bytes);

}  // namespace toeplix::detail
