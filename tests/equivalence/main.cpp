#define BOOST_TEST_MODULE equivalence
#include <boost/test/unit_test.hpp>
