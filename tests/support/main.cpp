#define BOOST_TEST_MODULE toeplix
#include <boost/test/unit_test.hpp>
