#include "files/numpy/zip_reader.hpp"

#include "files/bytes/deflate.hpp"
#include "files/numpy/zip_format.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <set>

namespace toeplix::detail {
namespace {

/// No deflate data become more than this many times their size.
constexpr std::uint64_t deflate_limit = 1032;
constexpr std::uint64_t largest_directory = std::uint64_t{1} << 24;

/// Where the central directory is.
struct Directory {
  std::uint64_t entries;
  std::uint64_t size;
  std::uint64_t begin;
  std::uint64_t end;  ///< byte of the record that said so; the directory lies before
};

std::vector<std::byte> read_bytes(const ByteSource& source, std::uint64_t offset,
                                  std::uint64_t size) {
  std::vector<std::byte> bytes(static_cast<std::size_t>(size));
  source.read_at(offset, bytes);
  return bytes;
}

/// Byte of the end record: the last one whose comment reaches to the end of the file.
std::uint64_t find_end(const ByteSource& source) {
  const std::uint64_t longest = zip::end_size + 65535;
  const std::uint64_t begin = source.size() - std::min(source.size(), longest);
  const auto tail = read_bytes(source, begin, source.size() - begin);
  for (std::size_t at = tail.size() + 1 - std::min(tail.size() + 1, zip::end_size); at-- > 0;) {
    if (zip::load<std::uint32_t>(tail, at) != zip::end_signature) continue;
    if (at + zip::end_size + zip::load<std::uint16_t>(tail, at + 20) == tail.size()) {
      return begin + at;
    }
  }
  throw format_error(source.name(), "expected a ZIP archive (.npz), found no end record");
}

/// The Zip64 record that a locator before `end` points to.
Directory read_directory64(const ByteSource& source, std::uint64_t end) {
  if (end < zip::locator64_size) throw format_error(source.name(), end, "expected a Zip64 locator");
  const auto locator = read_bytes(source, end - zip::locator64_size, zip::locator64_size);
  if (zip::load<std::uint32_t>(locator, 0) != zip::locator64_signature) {
    throw format_error(source.name(), end - zip::locator64_size, "expected a Zip64 locator");
  }
  const auto begin = zip::load<std::uint64_t>(locator, 8);
  const auto record = read_bytes(source, begin, zip::end64_size);
  if (zip::load<std::uint32_t>(record, 0) != zip::end64_signature) {
    throw format_error(source.name(), begin, "expected a Zip64 end record");
  }
  return {zip::load<std::uint64_t>(record, 32), zip::load<std::uint64_t>(record, 40),
          zip::load<std::uint64_t>(record, 48), begin};
}

Directory read_directory(const ByteSource& source) {
  const std::uint64_t end = find_end(source);
  const auto record = read_bytes(source, end, zip::end_size);
  Directory directory{zip::load<std::uint16_t>(record, 10), zip::load<std::uint32_t>(record, 12),
                      zip::load<std::uint32_t>(record, 16), end};
  if (zip::load<std::uint16_t>(record, 4) != 0 && directory.entries != zip::in_zip64_short) {
    throw format_error(source.name(), end, "archives of several parts are not supported");
  }
  if (directory.entries == zip::in_zip64_short || directory.size == zip::in_zip64 ||
      directory.begin == zip::in_zip64) {
    directory = read_directory64(source, end);
  }
  const bool inside = directory.begin <= directory.end &&
                      directory.size == directory.end - directory.begin &&
                      directory.size <= largest_directory &&
                      directory.entries <= directory.size / zip::central_size;
  if (!inside) {
    throw format_error(source.name(), directory.end, "the place of the directory is wrong");
  }
  return directory;
}

/// Replaces the sizes that did not fit 32 bits by those of the Zip64 extra field.
void apply_zip64(ZipMember& member, std::span<const std::byte> extra, const std::string& archive) {
  const std::array fields{&member.size, &member.compressed_size, &member.header_begin};
  auto wanted = std::count_if(fields.begin(), fields.end(),
                              [](const auto* field) { return *field == zip::in_zip64; });
  if (wanted == 0) return;
  while (extra.size() >= 4) {
    const auto tag = zip::load<std::uint16_t>(extra, 0);
    const auto size = zip::load<std::uint16_t>(extra, 2);
    if (extra.size() - 4 < size) break;
    std::span<const std::byte> body = extra.subspan(4, size);
    extra = extra.subspan(4 + std::size_t{size});
    if (tag != zip::zip64_tag) continue;
    for (std::uint64_t* field : fields) {
      if (*field != zip::in_zip64 || body.size() < 8) continue;
      *field = zip::load<std::uint64_t>(body, 0);
      body = body.subspan(8);
      --wanted;
    }
    break;
  }
  if (wanted != 0) throw format_error(archive, member.name + ": expected its Zip64 sizes");
}

/// Reads entries one after another from the bytes of a central directory.
class DirectoryParser {
 public:
  DirectoryParser(std::span<const std::byte> bytes, const ByteSource& source,
                  const Directory& directory)
      : bytes_(bytes), source_(source), directory_(directory) {}

  std::vector<ZipMember> parse() {
    std::vector<ZipMember> members;
    std::set<std::string> names;
    for (std::uint64_t i = 0; i < directory_.entries; ++i) {
      members.push_back(parse_member());
      if (!names.insert(members.back().name).second) {
        fail("expected each name once, got '" + members.back().name + "' again");
      }
    }
    if (at_ != bytes_.size()) fail("expected the end of the directory");
    return members;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw format_error(source_.name(), directory_.begin + at_, what);
  }

  ZipMember parse_member() {
    if (bytes_.size() - at_ < zip::central_size ||
        zip::load<std::uint32_t>(bytes_, at_) != zip::central_signature) {
      fail("expected an entry of the directory");
    }
    const auto fixed = bytes_.subspan(at_, zip::central_size);
    const std::size_t name_size = zip::load<std::uint16_t>(fixed, 28);
    const std::size_t extra_size = zip::load<std::uint16_t>(fixed, 30);
    const std::size_t comment_size = zip::load<std::uint16_t>(fixed, 32);
    const auto rest = bytes_.subspan(at_ + zip::central_size);
    if (rest.size() < name_size + extra_size + comment_size) fail("the entry is truncated");
    ZipMember member = parse_fixed(fixed);
    member.name.assign(reinterpret_cast<const char*>(rest.data()), name_size);
    apply_zip64(member, rest.subspan(name_size, extra_size), source_.name());
    check_sizes(member);
    at_ += zip::central_size + name_size + extra_size + comment_size;
    return member;
  }

  ZipMember parse_fixed(std::span<const std::byte> fixed) const {
    const auto method = zip::load<std::uint16_t>(fixed, 10);
    if ((zip::load<std::uint16_t>(fixed, 8) & 1) != 0) fail("encrypted members are not supported");
    if (method != 0 && method != 8) {
      fail("expected method 0 (stored) or 8 (deflated), got " + std::to_string(method));
    }
    return {"",
            ZipMethod{method},
            zip::load<std::uint32_t>(fixed, 16),
            zip::load<std::uint32_t>(fixed, 20),
            zip::load<std::uint32_t>(fixed, 24),
            zip::load<std::uint32_t>(fixed, 42)};
  }

  void check_sizes(const ZipMember& member) const {
    if (member.header_begin > directory_.begin ||
        member.compressed_size > directory_.begin - member.header_begin) {
      fail("'" + member.name + "' does not lie inside the archive");
    }
    if (member.method == ZipMethod::stored && member.size != member.compressed_size) {
      fail("'" + member.name + "' is stored, but its two sizes differ");
    }
    if (member.size / deflate_limit > member.compressed_size) {
      fail("'" + member.name + "' promises " + std::to_string(member.size) + " bytes from " +
           std::to_string(member.compressed_size) + ", more than deflate can hold");
    }
  }

  std::span<const std::byte> bytes_;
  const ByteSource& source_;
  const Directory& directory_;
  std::size_t at_ = 0;
};

}  // namespace

ZipReader::ZipReader(const ByteSource& source) : source_(source) {
  const Directory directory = read_directory(source);
  directory_begin_ = directory.begin;
  const auto bytes = read_bytes(source, directory.begin, directory.size);
  members_ = DirectoryParser(bytes, source, directory).parse();
}

const ZipMember* ZipReader::find(std::string_view name) const {
  const auto found = std::find_if(members_.begin(), members_.end(),
                                  [name](const ZipMember& member) { return member.name == name; });
  return found == members_.end() ? nullptr : &*found;
}

std::unique_ptr<ByteStream> ZipReader::open(const ZipMember& member) const {
  const auto header = read_bytes(source_, member.header_begin, zip::local_size);
  const std::string name = source_.name() + ": " + member.name;
  if (zip::load<std::uint32_t>(header, 0) != zip::local_signature) {
    throw format_error(source_.name(), member.header_begin, "expected the header of a member");
  }
  const std::uint64_t begin = member.header_begin + zip::local_size +
                              zip::load<std::uint16_t>(header, 26) +
                              zip::load<std::uint16_t>(header, 28);
  if (begin > directory_begin_ || member.compressed_size > directory_begin_ - begin) {
    throw format_error(name, "does not lie inside the archive");
  }
  std::unique_ptr<ByteStream> content =
      std::make_unique<SectionStream>(source_, name, begin, member.compressed_size);
  if (member.method == ZipMethod::deflated) {
    content = std::make_unique<InflateStream>(std::move(content), member.size);
  }
  return std::make_unique<CheckedStream>(std::move(content), member.crc);
}

}  // namespace toeplix::detail
