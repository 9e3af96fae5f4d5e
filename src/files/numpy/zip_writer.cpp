#include "files/numpy/zip_writer.hpp"

#include <new>
#include <stdexcept>

namespace toeplix::detail {
namespace {

/// 1 January 1980, the first date a ZIP archive knows; NumPy writes it too.
constexpr zip_uint16_t first_date = 1 << 5 | 1;
/// Readable by all, writable by the owner; in the upper half as Unix has it.
constexpr zip_uint32_t file_mode = 0100644U << 16;

}  // namespace

ZipWriter::ZipWriter(PatchableSink& sink) : output_(sink) {
  zip_source_t* const handle = output_.make_handle();
  archive_.reset(::zip_open_from_source(handle, ZIP_CREATE | ZIP_TRUNCATE, nullptr));
  if (archive_ != nullptr) return;
  ::zip_source_free(handle);
  throw std::bad_alloc();
}

void ZipWriter::add(const std::string& name, ZipMethod method, NextBytes content) {
  contents_.push_back(std::make_unique<ZipContent>(std::move(content)));
  zip_source_t* const handle = contents_.back()->make_handle();
  const zip_int64_t number = ::zip_file_add(archive_.get(), name.c_str(), handle, ZIP_FL_ENC_UTF_8);
  if (number < 0) {
    ::zip_source_free(handle);
    fail();
  }
  const auto member = static_cast<zip_uint64_t>(number);
  const int packing = method == ZipMethod::stored ? ZIP_CM_STORE : ZIP_CM_DEFLATE;
  const bool is_set =
      ::zip_set_file_compression(archive_.get(), member, packing, 0) == 0 &&
      ::zip_file_set_dostime(archive_.get(), member, 0, first_date, 0) == 0 &&
      ::zip_file_set_external_attributes(archive_.get(), member, 0, ZIP_OPSYS_UNIX, file_mode) == 0;
  if (!is_set) fail();
}

void ZipWriter::finish() {
  if (::zip_close(archive_.get()) != 0) fail();
  (void)archive_.release();
}

void ZipWriter::fail() const {
  output_.rethrow();
  for (const auto& content : contents_) content->rethrow();
  if (::zip_error_code_zip(::zip_get_error(archive_.get())) == ZIP_ER_MEMORY) {
    throw std::bad_alloc();
  }
  throw std::logic_error(std::string("libzip: ") + ::zip_strerror(archive_.get()));
}

}  // namespace toeplix::detail
