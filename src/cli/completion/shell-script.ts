import type { shells } from './complete-words.ts';

const scripts: Readonly<Record<(typeof shells)[number], string>> = {
  bash: `# djdev completion bash > /etc/bash_completion.d/djdev
_djdev() {
  local IFS=$'\\n'
  COMPREPLY=($(djdev completion words "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _djdev djdev
`,
  zsh: `#compdef djdev
# djdev completion zsh > "\${fpath[1]}/_djdev"
_djdev() {
  local -a found
  found=("\${(@f)$(djdev completion words "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${found[*]}" ]]; then compadd -a found; else _files; fi
}
if [ "$funcstack[1]" = "_djdev" ]; then _djdev "$@"; else compdef _djdev djdev; fi
`,
  fish: `# djdev completion fish > ~/.config/fish/completions/djdev.fish
complete -c djdev -a '(djdev completion words (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'
`,
  powershell: `# djdev completion powershell >> $PROFILE
Register-ArgumentCompleter -Native -CommandName djdev -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
  if ($wordToComplete -eq '') { $words += '' }
  djdev completion words @words 2>$null | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`,
};

/** The script that makes a shell ask djdev what could come next. */
export function shellScript(shell: (typeof shells)[number]): string {
  return scripts[shell];
}
