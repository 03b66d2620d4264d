import type { Commands } from './command.ts'

/** What may follow a command: values of its arguments and options, and the options themselves. */
export interface Completed {
  name: string
  summary: string
  /** Words of the command in any place: choices of its arguments, and options. */
  words: string[]
  /** Values of an option, by the option as it is typed. */
  values: Record<string, string[]>
}

/** Everything a shell can complete, from the commands themselves: loads them all. */
export const completed = (commands: Commands): Promise<Completed[]> =>
  Promise.all(
    Object.entries(commands).map(async ([name, { summary, load }]) => {
      const { command } = await load()
      const options = (command.options ?? []).map(option => ({ ...option, typed: typedAs(option.flags) }))
      const values = options.flatMap(({ typed, choices }) => (choices ? typed.map(flag => [flag, [...choices]]) : []))
      const choices = (command.arguments ?? []).flatMap(argument => argument.choices ?? [])
      const words = [...choices, ...options.flatMap(({ typed }) => typed), '--json', '--help']
      return { name, summary, words, values: Object.fromEntries(values) }
    }),
  )

/** `-e, --environment <name>` → both of them. */
const typedAs = (flags: string): string[] => flags.match(/--?[a-z][\w-]*/g) ?? []

export const shells = {
  bash: (all: readonly Completed[]) => `# gantry completion bash > /etc/bash_completion.d/gantry
_gantry() {
  local cur=\${COMP_WORDS[COMP_CWORD]} words=
  if [ "$COMP_CWORD" -eq 1 ]; then
    words='${names(all)} help --version --help'
  else
    case "\${COMP_WORDS[1]} \${COMP_WORDS[COMP_CWORD-1]}" in
${ofValues(all, (command, flag, values) => `      '${command} ${flag}') words='${values}' ;;`)}
      *) case "\${COMP_WORDS[1]}" in
${all.map(({ name, words }) => `        ${name}) words='${words.join(' ')}' ;;`).join('\n')}
      esac ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _gantry gantry
`,
  zsh: (all: readonly Completed[]) => `#compdef gantry
# gantry completion zsh > "\${fpath[1]}/_gantry"
_gantry() {
  local -a found
  if (( CURRENT == 2 )); then
    found=(
${all.map(({ name, summary }) => `      ${quoted(`${name}:${summary.replaceAll(':', '\\:')}`)}`).join('\n')}
    )
    _describe command found
    return
  fi
  case "$words[2] $words[CURRENT-1]" in
${ofValues(all, (command, flag, values) => `    '${command} ${flag}') found=(${values}) ;;`)}
    *) case "$words[2]" in
${all.map(({ name, words }) => `      ${name}) found=(${words.join(' ')}) ;;`).join('\n')}
    esac ;;
  esac
  compadd -a found || _files
}
compdef _gantry gantry
`,
  fish: (all: readonly Completed[]) =>
    [
      '# gantry completion fish > ~/.config/fish/completions/gantry.fish',
      ...all.map(
        ({ name, summary }) => `complete -c gantry -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
      ),
      ...all.map(
        ({ name, words }) => `complete -c gantry -n '__fish_seen_subcommand_from ${name}' -a '${words.join(' ')}'`,
      ),
      ofValues(all, (command, flag, values) => {
        const option = flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`
        return `complete -c gantry -n '__fish_seen_subcommand_from ${command}' ${option} -x -a '${values}'`
      }),
      '',
    ].join('\n'),
} as const

const names = (all: readonly Completed[]) => all.map(({ name }) => name).join(' ')

const ofValues = (all: readonly Completed[], line: (command: string, flag: string, values: string) => string): string =>
  all
    .flatMap(({ name, values }) => Object.entries(values).map(([flag, given]) => line(name, flag, given.join(' '))))
    .join('\n')

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
