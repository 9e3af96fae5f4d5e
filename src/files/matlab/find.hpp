#pragma once

#include <toeplix/files/matlab.hpp>

#include "files/matlab/variable.hpp"

#include <string>

namespace toeplix::detail {

/// The variable of that name, or the only one of that kind if no name is given; what else there is
/// is passed over, whatever it is. Of several variables of one name the last is meant, as Octave
/// and SciPy read such files. MATLAB hides variables without a name. Throws MatlabChoiceError if
/// several could be meant, FormatError if none can; both list what there is. The source must
/// outlive the variable.
MatlabVariable find_variable(const ByteSource& source, const std::string& name, MatlabKind kind);

/// What a variable says of itself.
MatlabHeader header_of(const MatlabVariable& variable);

}  // namespace toeplix::detail
