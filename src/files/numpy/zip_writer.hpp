#pragma once

#include "files/bytes/atomic_file.hpp"
#include "files/numpy/zip_source.hpp"

#include <memory>
#include <string>
#include <vector>

namespace toeplix::detail {

enum class ZipMethod { stored, deflated };

/// Writes a ZIP archive by libzip, block by block, without knowing the sizes of its members before.
///
/// So local headers are of Zip64, as NumPy has it; the directory is where it has to be. No clock is
/// read: the same content gives the same bytes.
class ZipWriter {
 public:
  /// The sink must outlive the writer and be empty.
  explicit ZipWriter(PatchableSink& sink);

  /// Adds a member, whose content is asked for in `finish`.
  void add(const std::string& name, ZipMethod method, NextBytes content);
  /// Writes all members and the directory. Throws what the sink or a content throws.
  void finish();

 private:
  struct Discard {
    void operator()(zip_t* archive) const { ::zip_discard(archive); }
  };

  [[noreturn]] void fail() const;

  ZipOutput output_;
  std::vector<std::unique_ptr<ZipContent>> contents_;
  std::unique_ptr<zip_t, Discard> archive_;
};

}  // namespace toeplix::detail
