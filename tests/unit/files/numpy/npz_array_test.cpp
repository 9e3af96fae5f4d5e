#include "support/format_bytes.hpp"
#include "support/zip_archive.hpp"

#include <toeplix/files/npy.hpp>
#include <toeplix/files/npz_array.hpp>

#include <string>
#include <vector>

BOOST_AUTO_TEST_SUITE(npz_array)

using namespace format_test;
using toeplix::Extents;
using toeplix::FormatError;
using toeplix::NumberType;

namespace {

/// An archive in a file: `conv1.weight` (2 x 3, deflated), `conv1.bias` (2), and what is no array.
struct Archive {
  TemporaryDirectory folder;
  std::filesystem::path path = folder / "model.npz";

  Archive() {
    zip_test::Builder builder;
    builder.add({"conv1.weight.npy",
                 toeplix::format_npy({2, 3}, std::vector<float>{1, 2, 3, 4, 5, 6}), true});
    builder.add({"conv1.bias.npy", toeplix::format_npy({2}, std::vector<double>{7, 8}), false});
    builder.add({"notes.txt", toeplix::format_npy({1}, std::vector<double>{0}), false});
    write(builder.finish());
  }

  void write(const Bytes& bytes) const { write_text(path, to_text(bytes)); }
};

}  // namespace

BOOST_AUTO_TEST_CASE(reads_an_array_by_its_name) {
  const Archive archive;
  const auto [shape, values] = toeplix::read_npz_array<double>(archive.path, "conv1.weight");
  BOOST_TEST(shape == (Extents{2, 3}), boost::test_tools::per_element());
  BOOST_TEST(values == (std::vector<double>{1, 2, 3, 4, 5, 6}), boost::test_tools::per_element());
  const auto bias = toeplix::read_npz_array<float>(archive.path, "conv1.bias");
  BOOST_TEST(bias.values == (std::vector<float>{7, 8}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(says_which_arrays_there_are) {
  const Archive archive;
  const std::vector<std::string> names = {"conv1.weight", "conv1.bias"};
  BOOST_TEST(toeplix::npz_array_names(archive.path) == names, boost::test_tools::per_element());
  const auto header = toeplix::read_npz_array_header(archive.path, "conv1.weight");
  BOOST_TEST((header.type == NumberType::float32));
  BOOST_TEST(header.shape == (Extents{2, 3}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(names_what_it_has_if_a_name_is_missing) {
  const Archive archive;
  const auto read = [&](std::string_view name) {
    return message_of<FormatError>(
        [&] { static_cast<void>(toeplix::read_npz_array<double>(archive.path, name)); });
  };
  BOOST_TEST(read("") == archive.path.string() +
                             ": holds several arrays, 'conv1.weight', 'conv1.bias': expected the "
                             "name of one");
  BOOST_CHECK_THROW(static_cast<void>(toeplix::read_npz_array_header(archive.path)),
                    toeplix::NpzChoiceError);
  BOOST_TEST(read("notes.txt") ==
             archive.path.string() +
                 ": found no array 'notes.txt'; it has 'conv1.weight', 'conv1.bias'");
}

BOOST_AUTO_TEST_CASE(names_are_fit_for_a_terminal) {
  const Archive archive;
  zip_test::Builder builder;
  const Bytes one = toeplix::format_npy({1}, std::vector<int>{9});
  builder.add({"\x1b[31mred\n.npy", one, false});
  builder.add({std::string(4000, 'z') + "y.npy", one, false});
  archive.write(builder.finish());
  BOOST_TEST(message_of<FormatError>([&] {
               static_cast<void>(toeplix::read_npz_array<double>(archive.path, "a"));
             }) == archive.path.string() + ": found no array 'a'; it has '\\x1b[31mred\\x0a', '" +
                       std::string(100, 'z') + "..." + std::string(99, 'z') + "y'");
}

BOOST_AUTO_TEST_CASE(needs_no_name_if_there_is_one_array) {
  const Archive archive;
  zip_test::Builder builder;
  builder.add({"arr_0.npy", toeplix::format_npy({1}, std::vector<int>{9}), false});
  archive.write(builder.finish());
  BOOST_TEST(toeplix::read_npz_array<int>(archive.path).values.at(0) == 9);
  archive.write(zip_test::Builder().finish());
  for (const std::string_view name : {"", "a"}) {
    BOOST_TEST(message_of<FormatError>([&] {
                 static_cast<void>(toeplix::read_npz_array<int>(archive.path, name));
               }) == archive.path.string() + ": expected an array, found none");
  }
  archive.write({});
  BOOST_CHECK_THROW(static_cast<void>(toeplix::npz_array_names(archive.path)), FormatError);
}

BOOST_AUTO_TEST_SUITE_END()
