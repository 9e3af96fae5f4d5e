#include "files/numpy/zip_reader.hpp"
#include "fuzz/target.hpp"
#include "support/zip_archive.hpp"

#include <algorithm>
#include <random>

// Half of the mutants of a .npz file are made inside one of its members, and the archive around it
// is written anew: with bytes changed at random alone, no checksum and no offset would ever fit.

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

using namespace toeplix::detail;

using zip_test::Member;

constexpr std::uint64_t longest_member = 1 << 14;

/// The members of an archive, whatever their checksums; throws if it cannot be read.
std::vector<Member> unpack(std::span<const std::byte> archive) {
  const MemorySource source(archive, "");
  const ZipReader reader(source);
  std::vector<Member> members;
  for (const ZipMember& member : reader.members()) {
    if (member.size > longest_member) continue;
    members.push_back({member.name, {}});
    members.back().content.resize(static_cast<std::size_t>(member.size));
    reader.open(member.name)->read(members.back().content);
  }
  return members;
}

std::vector<std::byte> pack(const std::vector<Member>& members) {
  zip_test::Builder builder;
  for (const Member& member : members) builder.add(member);
  return builder.finish();
}

void mutate(Member& member, std::minstd_rand& random) {
  std::vector<std::byte>& content = member.content;
  const std::size_t size = content.size();
  content.resize(size + 64);
  content.resize(
      LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(content.data()), size, content.size()));
  member.deflates = random() % 2 == 0;
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  std::minstd_rand random(seed);
  if (random() % 2 == 0) return LLVMFuzzerMutate(data, size, max_size);
  try {
    std::vector<Member> members = unpack(toeplix::fuzz::as_bytes(data, size));
    if (members.empty()) return LLVMFuzzerMutate(data, size, max_size);
    mutate(members[random() % members.size()], random);
    const std::vector<std::byte> packed = pack(members);
    if (packed.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
    std::memcpy(data, packed.data(), packed.size());
    return packed.size();
  } catch (const toeplix::Error&) {
    return LLVMFuzzerMutate(data, size, max_size);
  }
}
