#include "support/failures.hpp"

#include <toeplix/distribution.hpp>
#include <toeplix/per_pixel_weights.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <limits>
#include <string>

// Shares that can be counted by hand, what their text says, and what is refused.

BOOST_AUTO_TEST_SUITE(distribution_cases)

namespace {

using toeplix::Bands;
using toeplix::CapacityError;
using toeplix::Convolution;
using toeplix::Distribution;
using toeplix::distribution;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::Pattern;
using toeplix::process_share;
using toeplix::ProcessShare;
using toeplix::TransposedConvolution;
using toeplix::test::check_throws;

}  // namespace

// Each process has four lines of eight numbers; it reads one line of each neighbour.
BOOST_AUTO_TEST_CASE(an_image_on_three_processes) {
  const Convolution conv({.input = {12, 8}, .kernel = {3, 3}, .padding = 1});
  const Bands bands = Bands::even(12, 3);
  const ProcessShare middle = process_share(conv, bands, bands, 1);
  BOOST_TEST(middle.rows == 32);
  BOOST_TEST(middle.diagonal_entries == 10 * 22);
  BOOST_TEST(middle.off_diagonal_entries == 2 * 22);
  BOOST_TEST(middle.ghosts == 16);
  BOOST_TEST(middle.halo_lines == 2);
  BOOST_TEST(middle.halo_numbers == 16);
  BOOST_TEST(middle.messages_received == 2);
  BOOST_TEST(middle.messages_sent == 2);
  BOOST_TEST(middle.shell_bytes.value() == 8 * (9 + 16));
  BOOST_TEST(process_share(conv, bands, bands, 0).halo_lines == 1);
  BOOST_TEST(distribution(conv, 3).total.halo_lines == 4);
}

// A halo has whole lines, ghosts are single columns.
BOOST_AUTO_TEST_CASE(columns_that_nothing_reads_are_in_the_halo) {
  const Convolution conv({.input = {8, 9}, .kernel = {3, 1}, .stride = {1, 2}, .padding = {1, 0}});
  const ProcessShare share = distribution(conv, 2).largest;
  BOOST_TEST(share.halo_lines == 1);
  BOOST_TEST(share.halo_numbers == 9);
  BOOST_TEST(share.ghosts == 5);
}

// An input of 5 and 5 lines, an output of 11 and 10, with windows of three lines two apart: input
// line 4 writes output lines 8, 9 and 10, input line 5 writes 10, 11 and 12.
BOOST_AUTO_TEST_CASE(the_halo_of_a_transposed_convolution_is_output) {
  const TransposedConvolution up({.input = {10, 4}, .kernel = {3, 1}, .stride = {2, 1}});
  const Bands rows = Bands::even(21, 2);
  const Bands columns = Bands::even(10, 2);
  BOOST_TEST(process_share(up, rows, columns, 0).halo_lines == 0);
  BOOST_TEST(process_share(up, rows, columns, 0).ghosts == 4);
  BOOST_TEST(process_share(up, rows, columns, 0).messages_received == 1);
  BOOST_TEST(process_share(up, rows, columns, 0).messages_sent == 0);
  BOOST_TEST(process_share(up, rows, columns, 1).halo_lines == 1);
  BOOST_TEST(process_share(up, rows, columns, 1).ghosts == 0);
  BOOST_TEST(process_share(up, rows, columns, 1).messages_sent == 1);
}

BOOST_AUTO_TEST_CASE(a_long_axis_on_many_processes) {
  const Index extent = Index{1} << 40;
  const Distribution shared =
      distribution(Convolution({.input = {extent}, .kernel = {5}, .padding = 2}), 4096);
  BOOST_TEST(shared.largest.rows == extent / 4096);
  BOOST_TEST(shared.total.off_diagonal_entries == 4095 * 6);
  BOOST_TEST(shared.total.diagonal_entries == 5 * extent - 6 - 4095 * 6);
  BOOST_TEST(shared.total.halo_lines == 4095 * 4);
  BOOST_TEST(!shared.total.matrix_bytes_32.has_value());
  // Every process reads all of the axis.
  const Distribution all = distribution(
      Convolution({.input = {extent}, .kernel = {512}, .dilation = extent / 512}), 512);
  BOOST_TEST(all.largest.messages_received == 511);
  BOOST_TEST(all.total.off_diagonal_entries + all.total.diagonal_entries == extent);
}

BOOST_AUTO_TEST_CASE(what_an_index_of_32_bits_counts) {
  const auto bytes_32 = [](Index extent, Index processes) {
    const Convolution conv({.input = {extent, extent}, .kernel = {3, 3}, .padding = 1});
    return distribution(conv, processes).total.matrix_bytes_32;
  };
  // 9 * 2^30 entries: too many for 4 processes, few enough for 5. More rows than 2^31 - 1 are too
  // many for any number.
  BOOST_TEST(!bytes_32(32768, 4).has_value());
  BOOST_TEST(bytes_32(32768, 5).has_value());
  BOOST_TEST(bytes_32(46340, 4096).has_value());
  BOOST_TEST(!bytes_32(46341, 4096).has_value());
}

BOOST_AUTO_TEST_CASE(the_last_numbers_of_32_bits) {
  const Index limit = std::numeric_limits<std::int32_t>::max();
  const auto fits = [](const Convolution& conv, const Bands& rows, const Bands& columns) {
    return distribution(conv, rows, columns).total.matrix_bytes_32.has_value();
  };
  const auto of_one_tap = [&](Index extent) {
    return distribution(Convolution({.input = {extent}, .kernel = {1}}), 2).total.matrix_bytes_32;
  };
  BOOST_TEST(of_one_tap(limit).has_value());
  BOOST_TEST(!of_one_tap(limit + 1).has_value());
  // Few rows, many columns.
  const Convolution strided({.input = {2 * (limit + 1)}, .kernel = {1}, .stride = 4});
  BOOST_TEST(!distribution(strided, 4).total.matrix_bytes_32.has_value());
  // 2^31 entries on the side of the diagonal, or off it.
  const Index half = (limit + 1) / 2;
  const Convolution ring({.input = {half},
                          .kernel = {2},
                          .padding = {{0, 1}},
                          .boundary = toeplix::Boundary::circular});
  BOOST_TEST(ring.nnz() == limit + 1);
  BOOST_TEST(!fits(ring, Bands({half, 0}), Bands({half, 0})));
  BOOST_TEST(!fits(ring, Bands({half, 0}), Bands({0, half})));
  BOOST_TEST(fits(ring, Bands({half, 0}), Bands({1, half - 1})));
}

BOOST_AUTO_TEST_CASE(a_matrix_without_entries) {
  // The only window lies on the padding.
  const Convolution conv({.input = {1, 3}, .kernel = {1, 1}, .stride = {3, 1}, .padding = {1, 0}});
  const ProcessShare total = distribution(conv, 2).total;
  BOOST_TEST(total.rows == 3);
  BOOST_TEST(total.diagonal_entries == 0);
  BOOST_TEST(total.off_diagonal_entries == 0);
  BOOST_TEST(total.halo_lines == 0);
  BOOST_TEST(total.ghosts == 0);
}

BOOST_AUTO_TEST_CASE(a_distribution_reads_well) {
  const Distribution shared =
      distribution(Convolution({.input = {1 << 16, 1 << 16}, .kernel = {9, 9}}), 4);
  BOOST_TEST(to_text(shared) ==
             R"(spec      input=65536,65536 kernel=9,9
processes 4
matrix    5.63 TB in all, at most 1.41 TB per process
          32-bit PetscInt cannot number 4293918784 rows
shell     12.6 MB in all, at most 3.15 MB per process; the matrix takes 447628 times as much
halo      lines of the input, received for each product
                             largest process                in all
lines of the output                    16382                 65528
lines of the input                     16384                 65536
rows                              1073479696            4293918784
columns                           1073741824            4294967296
diagonal entries                 86944188600          347767318368
off-diagonal entries                12384792              40103136
ghosts                                393216               1572864
halo lines                                 6                    24
halo numbers                          393216               1572864
messages received                          2                     6
messages sent                              2                     6
matrix, 32-bit PetscInt                    -                     -
matrix, 64-bit PetscInt              1.41 TB               5.63 TB
vectors                              17.2 GB               68.7 GB
halo                                 3.15 MB               12.6 MB
shell                                3.15 MB               12.6 MB
)");
  const std::string up = to_text(
      distribution(Pattern(TransposedConvolution({.input = {4}, .kernel = {2}, .stride = 2})), 1));
  BOOST_TEST(up.starts_with(R"(processes 1
matrix    168 bytes in all, at most 168 bytes per process
shell     16 bytes in all, at most 16 bytes per process; the matrix takes 10 times as much
halo      lines of the output, added up where they belong
                             largest process                in all
)"),
             up);
  BOOST_TEST(
      (to_text(distribution(Convolution("input=6 kernel=3"), 20))
           .find("processes 20, of which 16 have no line of the output\n") != std::string::npos));
  const Convolution conv({.input = {1 << 15, 1 << 15}, .kernel = {3, 3}});
  BOOST_TEST((to_text(distribution(conv, 1)).find("PetscInt cannot count 9662496804 entries") !=
              std::string::npos));
}

BOOST_AUTO_TEST_CASE(a_distribution_as_json) {
  BOOST_TEST(to_json(distribution(Convolution({.input = {6}, .kernel = {3}, .padding = 1}), 2)) ==
             R"({
  "spec": "input=6 kernel=3 padding=1",
  "transposed": false,
  "processes": 2,
  "idle": 0,
  "weights": 3,
  "largest": {
    "row_lines": 3,
    "column_lines": 3,
    "rows": 3,
    "columns": 3,
    "diagonal_entries": 7,
    "off_diagonal_entries": 1,
    "ghosts": 1,
    "halo_lines": 1,
    "halo_numbers": 1,
    "messages_received": 1,
    "messages_sent": 1,
    "matrix_bytes_32": 132,
    "matrix_bytes_64": 200,
    "vector_bytes": 48,
    "halo_bytes": 8,
    "shell_bytes": 32
  },
  "total": {
    "row_lines": 6,
    "column_lines": 6,
    "rows": 6,
    "columns": 6,
    "diagonal_entries": 14,
    "off_diagonal_entries": 2,
    "ghosts": 2,
    "halo_lines": 2,
    "halo_numbers": 2,
    "messages_received": 2,
    "messages_sent": 2,
    "matrix_bytes_32": 264,
    "matrix_bytes_64": 400,
    "vector_bytes": 96,
    "halo_bytes": 16,
    "shell_bytes": 64
  }
}
)");
  const Convolution wide({.input = {1 << 16, 1 << 16}, .kernel = {1, 1}});
  BOOST_TEST(
      (to_json(distribution(wide, 2)).find("\"matrix_bytes_32\": null") != std::string::npos));
}

BOOST_AUTO_TEST_CASE(what_is_refused) {
  const Convolution conv({.input = {6}, .kernel = {3}, .padding = 1});
  check_throws<GeometryError>([&] { static_cast<void>(distribution(conv, 0)); },
                              "bands for 0 processes; there must be one");
  check_throws<CapacityError>([&] { static_cast<void>(distribution(conv, (1 << 24) + 1)); },
                              "16777217 processes exceed the limit of 2^24");
  check_throws<GeometryError>(
      [&] {
        static_cast<void>(distribution(conv, Bands({3, 3}), Bands({4, 1})));
      },
      "bands of the columns have 5 lines in all; expected 6");
  check_throws<GeometryError>(
      [&] {
        static_cast<void>(distribution(conv, Bands({3, 3}), Bands({6})));
      },
      "bands: rows are shared among 2 processes, columns among 1");
  check_throws<GeometryError>(
      [&] {
        static_cast<void>(process_share(conv, Bands({3, 3}), Bands({3, 3}), -1));
      },
      "process -1 is none of the 2 that have bands");
  const Pattern per_pixel = toeplix::detail::per_pixel(Pattern(conv));
  check_throws<GeometryError>([&] { static_cast<void>(distribution(per_pixel, 2)); },
                              "the pattern has a kernel for every pixel; a distribution takes one "
                              "kernel for all pixels");
  const Index many = Index{1} << 22;
  const Convolution huge(
      {.input = {many}, .kernel = {1}, .in_channels = many, .out_channels = many});
  check_throws<CapacityError>([&] { static_cast<void>(distribution(huge, 2)); },
                              "the entries of a 17592186044416 x 17592186044416 matrix exceed 64 "
                              "bits");
}

BOOST_AUTO_TEST_SUITE_END()
