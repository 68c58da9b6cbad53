/** The shells that completion can be had for. */
export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/**
 * Each asks kvmctl itself what may stand at the cursor. The answer is a line per word, with a tab before its description;
 * or one line, `:files` or `:folders`.
 */
export const completionScripts: Record<Shell, string> = {
  bash: `# Completion of kvmctl in bash. In ~/.bashrc: eval "$(kvmctl completion bash)"
_kvmctl() {
  local IFS=$'\\n' answer
  answer=$(kvmctl __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null) || return
  COMPREPLY=()
  case $answer in
    :files) compopt -o default ;;
    :folders) compopt -o dirnames ;;
    *) COMPREPLY=($(printf '%s\\n' "$answer" | cut -f 1)) ;;
  esac
}
complete -F _kvmctl kvmctl
`,
  zsh: `#compdef kvmctl
# Completion of kvmctl in zsh. In ~/.zshrc, after compinit: eval "$(kvmctl completion zsh)"
_kvmctl() {
  local -a answer words_with_descriptions
  answer=("\${(@f)$(kvmctl __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  case $answer[1] in
    :files) _files ;;
    :folders) _files -/ ;;
    ?*)
      words_with_descriptions=("\${(@)answer//$'\\t'/:}")
      _describe kvmctl words_with_descriptions
      ;;
  esac
}
compdef _kvmctl kvmctl
`,
  fish: `# Completion of kvmctl in fish. In ~/.config/fish/config.fish: kvmctl completion fish | source
function __kvmctl_complete
  set -l words (commandline -opc)
  set -l answer (kvmctl __complete -- $words[2..] "$(commandline -ct)" 2>/dev/null)
  switch "$answer[1]"
    case :files
      __fish_complete_path (commandline -ct)
    case :folders
      __fish_complete_directories (commandline -ct)
    case '*'
      printf '%s\\n' $answer
  end
end
complete -c kvmctl -f -a '(__kvmctl_complete)'
`,
};
