#include "support/failures.hpp"
#include "support/onnx_check.hpp"

#include <toeplix/affine.hpp>
#include <toeplix/error.hpp>

#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <filesystem>
#include <fstream>

BOOST_AUTO_TEST_SUITE(onnx_files)

namespace {

namespace fs = std::filesystem;
using toeplix::Error;
using toeplix::Extents;
using toeplix::FormatError;
using toeplix::test::check_throws;
using toeplix::test::ModelBuilder;
using toeplix::test::set;
using Numbers = std::vector<double>;

/// A folder that goes with the test.
class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("toeplix_onnx_" + std::to_string(getpid()))) {
    fs::create_directories(path_ / "model" / "inner");
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  fs::path write(const std::string& name, const std::string& bytes) const {
    std::ofstream(path_ / name, std::ios::binary) << bytes;
    return path_ / name;
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// x + c, where c are two floats in a file of their own.
ModelBuilder with_external(const std::string& location, const std::string& offset,
                           const std::string& length) {
  ModelBuilder builder;
  builder.input("x", {2}).output("y").constant("c", {2}, {});
  builder.node("Add", {"x", "c"}, {"y"});
  auto& tensor = *builder.proto().mutable_graph()->mutable_initializer(0);
  tensor.set_data_location(::onnx::TensorProto::EXTERNAL);
  const auto add = [&](const char* key, const std::string& value) {
    if (value.empty()) return;
    auto& entry = *tensor.add_external_data();
    entry.set_key(key);
    entry.set_value(value);
  };
  add("location", location);
  add("offset", offset);
  add("length", length);
  return builder;
}

/// 4 bytes of something else, then 1 and 2.
const std::string weights_file = [] {
  const float values[] = {9, 1, 2};
  return std::string(reinterpret_cast<const char*>(values), sizeof(values));
}();

Numbers offset_of(const toeplix::OnnxModel& model) {
  const Eigen::VectorXd offset = model.nodes().at(0).map<double>().offset();
  return {offset.begin(), offset.end()};
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_file_is_read_whole) {
  const Folder folder;
  ModelBuilder builder;
  builder.input("x", {2}).output("y").constant("c", {2}, {3, 4});
  builder.node("Add", {"x", "c"}, {"y"});
  BOOST_TEST(
      (offset_of(toeplix::read_onnx(folder.write("a.onnx", builder.bytes()))) == Numbers{3, 4}));
}

BOOST_AUTO_TEST_CASE(what_is_no_model_is_refused) {
  const Folder folder;
  const auto refuse = [&](const fs::path& path, const std::string& message) {
    check_throws<FormatError>([&] { toeplix::read_onnx(path); }, path.string() + ": " + message);
  };
  refuse(folder.path() / "none.onnx", "is not a file that can be read");
  refuse(folder.path(), "is not a file that can be read");
  refuse(folder.write("empty.onnx", ""), "the file is empty");
  refuse(folder.write("text.onnx", "this is a text"), "is not an ONNX model, or is cut short");
  ::onnx::ModelProto model;
  model.set_ir_version(7);
  refuse(folder.write("bare.onnx", model.SerializeAsString()),
         "has no graph; is it an ONNX model?");
  // A file of 3 GB that takes no room.
  const fs::path large = folder.write("large.onnx", "x");
  fs::resize_file(large, 3'000'000'000);
  refuse(large,
         "has 3000000000 bytes, but protobuf reads no model beyond 2 GiB (2147483647 bytes); save "
         "its weights as external data");
}

BOOST_AUTO_TEST_CASE(models_cut_short_are_refused_at_every_byte) {
  ModelBuilder builder;
  builder.input("x", {2}).output("y").constant("c", {2}, {3, 4});
  builder.node("Add", {"x", "c"}, {"y"}, "sum");
  const std::string bytes = builder.bytes();
  int refused = 0;
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    try {
      toeplix::read_onnx(std::as_bytes(std::span(bytes.data(), length)));
    } catch (const Error&) {
      ++refused;
    }
  }
  // Behind the graph there is only the version of the operators.
  BOOST_TEST(refused == static_cast<int>(bytes.size()));
}

BOOST_AUTO_TEST_CASE(damaged_models_are_read_or_refused) {
  ModelBuilder builder;
  builder.input("x", {1, 2, 4, 4}).output("y").constant("w", {2, 2, 2, 2}, Numbers(16, 1));
  builder.wholes("s", {1, -1});
  set(builder.node("Conv", {"x", "w"}, {"a"}), "pads", Extents{1, 0, 1, 0});
  builder.node("Relu", {"a"}, {"b"});
  builder.node("Reshape", {"b", "s"}, {"y"});
  const std::string bytes = builder.bytes();
  int outcomes = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const int flipped : {1, 2, 4, 8, 16, 32, 64, 128, 255}) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ flipped);
      try {
        const auto model = toeplix::read_onnx(std::as_bytes(std::span(damaged)),
                                              {.resources = {.memory_budget = 1 << 24}});
        for (const auto& segment : model.segments()) {
          if (segment.nnz() < 10000) segment.map<double>();
        }
        ++outcomes;
      } catch (const Error&) {
        ++outcomes;
      }
    }
  }
  BOOST_TEST(outcomes == static_cast<int>(9 * bytes.size()));
}

BOOST_AUTO_TEST_CASE(external_weights_lie_in_the_folder_of_the_model) {
  const Folder folder;
  folder.write("model/weights", weights_file);
  folder.write("model/inner/weights", weights_file);
  const auto read = [&](const ModelBuilder& builder) {
    return offset_of(toeplix::read_onnx(folder.write("model/a.onnx", builder.bytes())));
  };
  BOOST_TEST((read(with_external("weights", "4", "8")) == Numbers{1, 2}));
  BOOST_TEST((read(with_external("weights", "4", "")) == Numbers{1, 2}));
  BOOST_TEST((read(with_external("inner/weights", "", "8")) == Numbers{9, 1}));
}

BOOST_AUTO_TEST_CASE(external_weights_elsewhere_are_refused) {
  const Folder folder;
  folder.write("model/weights", weights_file);
  folder.write("outside", weights_file);
  fs::create_symlink(folder.path() / "outside", folder.path() / "model" / "link");
  const auto refuse = [&](const ModelBuilder& builder, const std::string& message) {
    const fs::path path = folder.write("model/a.onnx", builder.bytes());
    check_throws<FormatError>([&] { toeplix::read_onnx(path); }, "initializer 'c': " + message);
  };
  const auto outside = [](const std::string& name) {
    return "the external file '" + name + "' is not within the model's folder";
  };
  const std::string absolute = (folder.path() / "model" / "weights").string();
  refuse(with_external("../outside", "", ""), outside("../outside"));
  refuse(with_external("inner/../weights", "", ""), outside("inner/../weights"));
  refuse(with_external(absolute, "", ""), outside(absolute));
  refuse(with_external("link", "", ""), outside("link"));
  refuse(with_external("", "", ""), outside(""));
  refuse(with_external("none", "", ""), "the external file 'none' is missing");
  refuse(with_external("inner", "", ""), "the external file 'inner' is missing");
  refuse(with_external("weights", "8", ""),
         "bytes 8 to 16 are not in the external file 'weights' of 12 bytes");
  refuse(with_external("weights", "9223372036854775807", ""),
         "bytes 9223372036854775807 to 2^63 are not in the external file 'weights' of 12 bytes");
  refuse(with_external("weights", "", "4"),
         "the external length is 4 bytes, but the shape takes 8");
  refuse(with_external("weights", "-4", ""),
         "the external offset is '-4'; expected a number, not negative");
  refuse(with_external("weights", "4x", ""),
         "the external offset is '4x'; expected a number, not negative");
  check_throws<FormatError>([] { with_external("weights", "", "").read(); },
                            "initializer 'c': the external file 'weights' cannot be found, because "
                            "the model was not read from a file");
}

BOOST_AUTO_TEST_SUITE_END()
