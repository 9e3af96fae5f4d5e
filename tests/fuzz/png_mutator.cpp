#include "fuzz/target.hpp"

#include <zlib.h>

#include <algorithm>
#include <random>

// Half of the mutants of a PNG file are made inside one of its chunks, or inside the compressed
// rows, and length and checksums are made to fit: with bytes changed at random alone, none would.

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t signature_size = 8;
constexpr std::size_t type_size = 4;
constexpr std::size_t longest_rows = 1 << 16;

/// Type and content. Bytes at the end that are not a chunk are dropped.
using Chunk = Bytes;

std::uint32_t load(std::span<const std::uint8_t> bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 |
         std::uint32_t{bytes[2]} << 8 | bytes[3];
}

void append(Bytes& bytes, std::uint32_t number) {
  for (const int shift : {24, 16, 8, 0}) {
    bytes.push_back(static_cast<std::uint8_t>(number >> shift & 0xff));
  }
}

std::vector<Chunk> unpack(std::span<const std::uint8_t> file) {
  std::vector<Chunk> chunks;
  file = file.subspan(std::min(file.size(), signature_size));
  while (file.size() >= 12 && load(file) <= file.size() - 12) {
    const auto chunk = file.subspan(4, type_size + load(file));
    chunks.emplace_back(chunk.begin(), chunk.end());
    file = file.subspan(chunk.size() + 8);
  }
  return chunks;
}

Bytes pack(std::span<const std::uint8_t> signature, const std::vector<Chunk>& chunks) {
  Bytes file(signature.begin(), signature.end());
  for (const Chunk& chunk : chunks) {
    append(file, static_cast<std::uint32_t>(chunk.size() - type_size));
    file.insert(file.end(), chunk.begin(), chunk.end());
    append(file,
           static_cast<std::uint32_t>(::crc32(0, chunk.data(), static_cast<uInt>(chunk.size()))));
  }
  return file;
}

void mutate(Bytes& bytes) {
  const std::size_t size = bytes.size();
  bytes.resize(size + 64);
  bytes.resize(LLVMFuzzerMutate(bytes.data(), size, bytes.size()));
}

/// Changes the rows that an IDAT chunk holds; answers whether it holds any by itself.
bool mutate_rows(Chunk& chunk) {
  Bytes rows(longest_rows);
  uLongf size = rows.size();
  const Bytef* packed = chunk.data() + type_size;
  if (::uncompress(rows.data(), &size, packed, chunk.size() - type_size) != Z_OK) return false;
  rows.resize(size);
  mutate(rows);
  size = ::compressBound(rows.size());
  chunk.resize(type_size + size);
  ::compress(chunk.data() + type_size, &size, rows.data(), rows.size());
  chunk.resize(type_size + size);
  return true;
}

void mutate_chunk(Chunk& chunk, std::minstd_rand& random) {
  if (random() % 4 != 0 && std::memcmp(chunk.data(), "IDAT", type_size) == 0 &&
      mutate_rows(chunk)) {
    return;
  }
  Bytes content(chunk.begin() + type_size, chunk.end());
  mutate(content);
  chunk.resize(type_size);
  chunk.insert(chunk.end(), content.begin(), content.end());
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  std::minstd_rand random(seed);
  const std::span<const std::uint8_t> file(data, size);
  std::vector<Chunk> chunks = unpack(file);
  if (chunks.empty() || random() % 2 == 0) return LLVMFuzzerMutate(data, size, max_size);
  mutate_chunk(chunks[random() % chunks.size()], random);
  const Bytes packed = pack(file.first(signature_size), chunks);
  if (packed.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  std::memcpy(data, packed.data(), packed.size());
  return packed.size();
}
