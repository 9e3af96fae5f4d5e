#define BOOST_TEST_MODULE properties
#include <boost/test/unit_test.hpp>
