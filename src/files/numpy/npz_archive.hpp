#pragma once

#include <toeplix/files/npz.hpp>

#include "files/bytes/byte_source.hpp"
#include "files/numpy/npy_header.hpp"
#include "files/numpy/zip_reader.hpp"

#include <memory>
#include <string>

namespace toeplix::detail {

/// One array of an archive: its header, and the stream at its first value.
struct NpzArray {
  NpyHeader header;
  Index length;  ///< values
  std::unique_ptr<ByteStream> stream;
};

/// The arrays of a .npz file that holds a sparse matrix, with all that their headers say checked
/// against each other. What the arrays contain is not looked at.
class NpzArchive {
 public:
  /// The source must outlive the archive.
  explicit NpzArchive(const ByteSource& source);

  const NpzHeader& header() const { return header_; }
  /// A one-dimensional array by its name, e.g. `indices`.
  NpzArray open(const std::string& name) const;

 private:
  std::unique_ptr<ByteStream> open_member(const std::string& name) const;
  NpzFormat read_format() const;
  void read_shape();
  void check_length(const NpzArray& array, Index expected, const char* what) const;
  void check_compressed();
  void check_coordinates();

  ZipReader zip_;
  std::string name_;
  NpzHeader header_{};
};

}  // namespace toeplix::detail
