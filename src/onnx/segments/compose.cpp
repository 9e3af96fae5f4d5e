#include "onnx/segments/compose.hpp"

#include "onnx/segments/node_map.hpp"

#include <map>
#include <set>

namespace toeplix::onnx_detail {

namespace {

/// Composes the nodes of a segment one after another.
template <class Scalar, class StorageIndex>
class Composer {
 public:
  using Map = AffineMap<Scalar, StorageIndex>;
  using Vector = typename Map::Vector;

  Composer(const LinearGraph& graph, const SegmentPlan& plan, std::size_t input,
           const Resources& resources)
      : graph_(graph),
        plan_(plan),
        source_(plan.inputs[input]),
        wants_offset_(input == 0),
        resources_(resources) {
    for (const std::size_t number : plan.nodes) {
      for (const std::size_t tensor : graph.linear[number].inputs) last_use_[tensor] = number;
    }
  }

  Map run() {
    for (const std::size_t number : plan_.nodes) {
      take(graph_.linear[number]);
      for (const std::size_t tensor : graph_.linear[number].inputs) {
        if (last_use_[tensor] == number) states_.erase(tensor);
      }
    }
    State& last = states_[plan_.output];
    const Vector offset = last.offset.size() > 0 ? last.offset : Vector::Zero(last.map->rows());
    return last.map->with_offset(offset).with_name(graph_.linear[plan_.nodes.back()].name);
  }

 private:
  /// What is known of a tensor: its map from the source, without an offset, if it depends on it;
  /// and its offset, empty for zero.
  struct State {
    std::optional<Map> map = {};
    Vector offset = {};
  };

  Index bytes_held() const {
    Index bytes = 0;
    for (const auto& [tensor, state] : states_) {
      if (state.map) bytes += bytes_of(*state.map);
      bytes += state.offset.size() * Index{sizeof(Scalar)};
    }
    return bytes;
  }

  void take(const LinearNode& node) {
    State made;
    if (wants_offset_ && has_offset(node.form)) {
      made.offset = node_offset<Scalar>(node, 0, size_of(graph_, node.output),
                                        what_is_left(resources_, bytes_held()));
    }
    for (std::size_t input = 0; input < node.inputs.size(); ++input) add_input(made, node, input);
    states_[node.output] = std::move(made);
  }

  /// Adds what a node makes of one of its inputs.
  void add_input(State& made, const LinearNode& node, std::size_t input) {
    const std::size_t tensor = node.inputs[input];
    const auto found = states_.find(tensor);
    const bool is_source = tensor == source_;
    const State* state = found != states_.end() ? &found->second : nullptr;
    const bool depends = is_source || (state != nullptr && state->map);
    const bool has_constant = state != nullptr && state->offset.size() > 0;
    if (!depends && !has_constant) return;
    if (passes_on(node) && !is_source) {
      made = *state;
      if (made.map) made.map = made.map->with_shapes(made.map->input_shape(), node.form.shape);
      return;
    }
    Index held = bytes_held() + (made.map ? bytes_of(*made.map) : 0);
    const Map outer = input_map<Scalar, StorageIndex>(
        graph_, node, input, 0, size_of(graph_, node.output), what_is_left(resources_, held));
    held += bytes_of(outer);
    if (has_constant) add(made.offset, apply(outer, state->offset, resources_));
    if (!depends) return;
    const Map piece =
        is_source ? outer
                  : compose(outer, *state->map, {node.name, what_is_left(resources_, held)});
    held += is_source ? 0 : bytes_of(piece);
    made.map =
        made.map ? sum(*made.map, piece, {node.name, what_is_left(resources_, held)}) : piece;
  }

  /// Whether a node gives its one input as it is, in another shape.
  static bool passes_on(const LinearNode& node) {
    return node.form.terms.size() == 1 && !has_offset(node.form) &&
           is_identity(*node.form.terms[0].part);
  }

  static void add(Vector& sum, const Vector& more) {
    if (sum.size() == 0) {
      sum = more;
    } else {
      sum += more;
    }
  }

  const LinearGraph& graph_;
  const SegmentPlan& plan_;
  std::size_t source_;
  bool wants_offset_;
  Resources resources_;
  std::map<std::size_t, std::size_t> last_use_;
  std::map<std::size_t, State> states_;
};

}  // namespace

template <class Scalar, class StorageIndex>
AffineMap<Scalar, StorageIndex> composed_map(const LinearGraph& graph, const SegmentPlan& plan,
                                             std::size_t input, const Resources& resources) {
  return Composer<Scalar, StorageIndex>(graph, plan, input, resources).run();
}

template AffineMap<float, std::int32_t> composed_map(const LinearGraph&, const SegmentPlan&,
                                                     std::size_t, const Resources&);
template AffineMap<float, std::int64_t> composed_map(const LinearGraph&, const SegmentPlan&,
                                                     std::size_t, const Resources&);
template AffineMap<double, std::int32_t> composed_map(const LinearGraph&, const SegmentPlan&,
                                                      std::size_t, const Resources&);
template AffineMap<double, std::int64_t> composed_map(const LinearGraph&, const SegmentPlan&,
                                                      std::size_t, const Resources&);

}  // namespace toeplix::onnx_detail
