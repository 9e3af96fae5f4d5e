#include <toeplix/inspect.hpp>

namespace toeplix {

namespace {

/// Whether a claim holds on every level but the channels of a convolution.
StructureFinding on_every_level(const MatrixStructure& structure,
                                StructureFinding LevelStructure::*claim) {
  StructureFinding result = true;
  for (const LevelStructure& level : structure.levels) {
    if (level.level.kind == MatrixLevelKind::channels || level.*claim == true) continue;
    if (level.*claim == false) return false;
    result = std::nullopt;
  }
  return result;
}

}  // namespace

StructureFinding block_toeplitz(const MatrixStructure& structure) {
  return on_every_level(structure, &LevelStructure::toeplitz);
}

StructureFinding block_circulant(const MatrixStructure& structure) {
  return on_every_level(structure, &LevelStructure::circulant);
}

StructureFinding block_toeplitz_plus_hankel(const MatrixStructure& structure) {
  return on_every_level(structure, &LevelStructure::toeplitz_plus_hankel);
}

}  // namespace toeplix
