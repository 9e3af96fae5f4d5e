#include "cli/commands/commands.hpp"
#include "cli/help.hpp"
#include "cli/operators/help.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace toeplix::cli {
namespace {

/// The words of a spec and what may follow their `=`.
constexpr const char* spec_words =
    "transposed input= kernel= in= out= groups= stride= dilation= input_dilation= padding= "
    "output_padding= output= boundary= padding_value= operation= order= weights_order=";

/// How the built-in kernels begin.
constexpr const char* kernel_words =
    "gaussian: box: disk: motion: log: laplacian sobel bilinear: identity";

/// The script without the commands. Readline takes `=` for the end of a word, so a value is
/// completed by itself: `boundary=re` arrives as the three words `boundary`, `=` and `re`.
constexpr const char* script =
    R"(# bash completion for toeplix; source it, or put it where bash-completion looks
_toeplix() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}}
  local key= words= files= choices= specs=
  COMPREPLY=()
  if [[ $current == = ]]; then
    key=$before current=
  elif [[ $before == = ]]; then
    key=${{COMP_WORDS[COMP_CWORD - 2]}}
  fi
  case $key in
    '') ;;
    boundary) words='zero circular reflect symmetric replicate' ;;
    padding) words='valid same_upper same_lower full causal same_tf' ;;
    operation) words='correlation convolution' ;;
    order) words='channels_first channels_last column_major' ;;
    weights_order) words='oihw hwio ohwi hwim' ;;
    ceil_mode | count_include_pad) words='false true' ;;
    interpolation) words='nearest linear' ;;
    nearest) words='round_prefer_floor round_prefer_ceil floor ceil' ;;
    coordinates)
      words='half_pixel pytorch_half_pixel align_corners asymmetric half_pixel_symmetric' ;;
    *) return ;;
  esac
  if [[ $key ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    return
  fi
  if ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W '{commands}' -- "$current")
    return
  fi
  case ${{COMP_WORDS[1]}} in
{options}  esac
  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    return
  fi
  case " $files " in
    *" $before "*)
      mapfile -t COMPREPLY < <(compgen -f -- "$current")
      [[ $before == --weights || $before == --kernel ]] || return
      mapfile -t -O ${{#COMPREPLY[@]}} COMPREPLY < <(compgen -W '{kernels}' -- "$current")
      [[ ${{COMPREPLY[*]}} != *: ]] || compopt -o nospace 2>/dev/null
      return ;;
  esac
  case "$choices" in
    *" $before="*)
      choices=${{choices#*" $before="}}
      choices=${{choices%%" "*}}
      mapfile -t COMPREPLY < <(compgen -W "${{choices//,/ }}" -- "$current")
      return ;;
  esac
  [[ $specs ]] || return
  mapfile -t COMPREPLY < <(compgen -W "$specs" -- "$current")
  if [[ ${{COMPREPLY[*]}} == *= ]]; then
    compopt -o nospace 2>/dev/null
  fi
}}
complete -o bashdefault -o default -F _toeplix toeplix
)";

bool takes_file(const CLI::Option& option) {
  const std::string value = value_name(option);
  return value == "FILE" || value == "KERNEL";
}

/// ` --index=32,64,auto`; nothing for an option that takes any word.
std::string choices_of(const CLI::Option& option) {
  std::string text;
  for (const std::string& choice : value_choices(option)) {
    text += (text.empty() ? "" : ",") + choice;
  }
  return text.empty() ? "" : " " + option.get_name() + "=" + text;
}

/// One branch of the script: the options of a command, those that take a file, those that take one
/// of a few words; and the words of its SPEC, if it takes one.
std::string options_of(const CLI::App& command) {
  std::string all;
  std::string files;
  std::string choices;
  bool takes_spec = false;
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_positional()) {
      for (const std::string& word : value_choices(*option)) all += (all.empty() ? "" : " ") + word;
    } else {
      choices += choices_of(*option);
    }
    takes_spec |= option->get_positional() && option->get_name(true, false) == "SPEC";
    for (const std::string& name : option->get_lnames()) {
      all += (all.empty() ? "--" : " --") + name;
      if (takes_file(*option)) files += (files.empty() ? "--" : " --") + name;
    }
  }
  const OperatorWords* const own = operator_words_of(command.get_name());
  const std::string_view words = own == nullptr ? spec_words : own->keys;
  return fmt::format("    {}) words='{}' files='{}' choices='{} ' specs='{}' ;;\n",
                     command.get_name(), all, files, choices, takes_spec ? words : "");
}

void print_completion(const CLI::App& program) {
  std::string commands = "--help --version";
  std::string options;
  for (const CLI::App* command : program.get_subcommands(nullptr)) {
    commands += ' ' + command->get_name();
    options += options_of(*command);
  }
  fmt::print(fmt::runtime(script), fmt::arg("commands", commands), fmt::arg("options", options),
             fmt::arg("kernels", kernel_words));
}

}  // namespace

void add_completion(CLI::App& program) {
  CLI::App* command = program.add_subcommand("completion", "Print a completion script for bash");
  command->group(print_group);
  command->footer("Example: source <(toeplix completion)");
  command->callback([&program] { print_completion(program); });
}

}  // namespace toeplix::cli
