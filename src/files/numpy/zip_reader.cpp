#include "files/numpy/zip_reader.hpp"

#include "files/bytes/shown_name.hpp"

#include <algorithm>
#include <new>
#include <set>

namespace toeplix::detail {
namespace {

/// No deflate data become more than this many times their size.
constexpr std::uint64_t deflate_limit = 1032;

/// What went wrong when there was no archive yet that could keep it.
struct ZipError {
  ZipError() { ::zip_error_init(&value); }
  ~ZipError() { ::zip_error_fini(&value); }
  ZipError(const ZipError&) = delete;
  ZipError& operator=(const ZipError&) = delete;

  zip_error_t value = {};
};

[[noreturn]] void fail_no_archive(const std::string& name) {
  throw format_error(name, "expected a ZIP archive (.npz), found no end record");
}

/// Throws what libzip says is wrong.
[[noreturn]] void fail(const std::string& name, zip_error_t* error) {
  switch (::zip_error_code_zip(error)) {
    case ZIP_ER_MEMORY:
      throw std::bad_alloc();
    case ZIP_ER_NOZIP:
      fail_no_archive(name);
    case ZIP_ER_CRC:
      throw format_error(name, "checksum (CRC-32) is wrong");
    default:
      throw format_error(name,
                         std::string("a damaged ZIP archive: ") + ::zip_error_strerror(error));
  }
}

/// The content of a member, inflated.
class MemberStream final : public ByteStream {
 public:
  MemberStream(std::string name, std::uint64_t size, zip_file_t* file, const ZipInput& input)
      : ByteStream(std::move(name), size), file_(file), input_(input) {}
  ~MemberStream() override { ::zip_fclose(file_); }

 private:
  void take(std::span<std::byte> into) override {
    while (!into.empty()) {
      const std::size_t count = read(into);
      if (count == 0) throw format_error(name(), "ends before the size that the directory says");
      into = into.subspan(count);
    }
  }

  /// libzip compares size and CRC when it is asked for more than there is.
  void check_end() override {
    std::byte more{};
    if (read({&more, 1}) > 0) throw format_error(name(), "holds more than the directory says");
  }

  std::size_t read(std::span<std::byte> into) {
    const zip_int64_t count = ::zip_fread(file_, into.data(), into.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    input_.rethrow();
    fail(name(), ::zip_file_get_error(file_));
  }

  zip_file_t* file_;
  const ZipInput& input_;
};

}  // namespace

ZipReader::ZipReader(const ByteSource& source)
    : name_(source.name()), input_(std::make_unique<ZipInput>(source)) {
  if (source.size() == 0) fail_no_archive(name_);  // libzip takes it for an archive without members
  ZipError error;
  zip_source_t* const handle = input_->make_handle();
  archive_.reset(::zip_open_from_source(handle, ZIP_RDONLY, &error.value));
  if (archive_ == nullptr) {
    ::zip_source_free(handle);
    input_->rethrow();
    fail(name_, &error.value);
  }
  const auto count = static_cast<zip_uint64_t>(::zip_get_num_entries(archive_.get(), 0));
  std::set<std::string> names;
  for (zip_uint64_t i = 0; i < count; ++i) {
    add_member(i);
    if (names.insert(members_.back().name).second) continue;
    throw format_error(
        name_, "expected each name once, got " + quoted_name(members_.back().name) + " again");
  }
}

void ZipReader::add_member(zip_uint64_t number) {
  zip_stat_t member = {};
  if (::zip_stat_index(archive_.get(), number, ZIP_FL_ENC_RAW, &member) != 0) {
    fail(name_, ::zip_get_error(archive_.get()));
  }
  const std::string member_name = name_ + ": " + shown_name(member.name);
  if (member.encryption_method != ZIP_EM_NONE) {
    throw format_error(member_name, "encrypted members are not supported");
  }
  if (member.comp_method != ZIP_CM_STORE && member.comp_method != ZIP_CM_DEFLATE) {
    throw format_error(member_name, "expected method 0 (stored) or 8 (deflated), got " +
                                        std::to_string(member.comp_method));
  }
  if (member.comp_method == ZIP_CM_STORE && member.size != member.comp_size) {
    throw format_error(member_name, "is stored, but its two sizes differ");
  }
  if (member.size / deflate_limit > member.comp_size) {
    throw format_error(member_name, "promises " + std::to_string(member.size) + " bytes from " +
                                        std::to_string(member.comp_size) +
                                        ", more than deflate can hold");
  }
  members_.push_back({member.name, member.size});
}

std::unique_ptr<ByteStream> ZipReader::open(std::string_view name) const {
  const auto found = std::find_if(members_.begin(), members_.end(),
                                  [&](const ZipMember& member) { return member.name == name; });
  if (found == members_.end()) return nullptr;
  const auto number = static_cast<zip_uint64_t>(found - members_.begin());
  zip_file_t* const file = ::zip_fopen_index(archive_.get(), number, 0);
  const std::string full_name = name_ + ": " + shown_name(found->name);
  if (file == nullptr) {
    input_->rethrow();
    fail(full_name, ::zip_get_error(archive_.get()));
  }
  return std::make_unique<MemberStream>(full_name, found->size, file, *input_);
}

}  // namespace toeplix::detail
