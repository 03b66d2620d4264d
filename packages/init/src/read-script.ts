/** What a script of package.json would do in a run, from its text alone. */
export interface ScriptReading {
  /** `echo "no test specified"` and the like: it checks nothing. */
  isPlaceholder: boolean
  /** It stays and waits for changes. */
  watches: boolean
  /** It repairs what it should judge. */
  writes: boolean
  /** It opens a browser, which ci.yml does not install. */
  isEndToEnd: boolean
}

const watching = /(?:^|\s)(?:--watch(?:All)?|-w)(?=\s|$)|\bvitest\s+(?:watch|dev)\b|\btsc-watch\b|\bnodemon\b/
const writing = /(?:^|\s)(?:--fix(?:-dangerously|-suggestions)?|--write|--apply(?:-unsafe)?|--unsafe)(?=\s|$)/

export function readScript(text: string): ScriptReading {
  const isPlaceholder = text.trim() === '' || /no test specified/i.test(text) || isOnlyTalk(text)
  return {
    isPlaceholder,
    watches: watching.test(text) && !/--watch(?:All)?[= ]false/.test(text) && !/--no-watch/.test(text),
    writes: writing.test(text),
    isEndToEnd: /\bplaywright\s+test\b|\bcypress\s+(run|open)\b|\bwdio\b|\bdetox\s+test\b/.test(text),
  }
}

const isOnlyTalk = (text: string): boolean =>
  text.split(/&&|;/).every(part => /^\s*(echo\b.*|exit\s+\d+|true|:)?\s*$/.test(part))

/**
 * The same command, judging instead of repairing and ending instead of waiting; nothing when its text is more than
 * commands in a row, so that what it would mean can only be known by running it.
 *
 * @example rewriteScript('eslint . --fix && prettier --write .') // ['eslint .', 'prettier --check .']
 */
export function rewriteScript(text: string): string[] | undefined {
  const parts = text.split('&&').map(part => part.trim())
  if (/[|;<>`$\\\n]|\$\{\{/.test(text) || /(^|[^&])&([^&]|$)/.test(text)) return undefined
  const rewritten = parts.map(rewriteCommand)
  return rewritten.every(part => part !== undefined) ? rewritten : undefined
}

function rewriteCommand(command: string): string | undefined {
  const [tool = ''] = command.split(/\s+/)
  // Another script behind this one, or a variable before the command: only the script itself knows.
  if (/^(pnpm|npm|npx|yarn|bun|turbo|nx|lerna|run-[sp]|npm-run-all|concurrently|cd|cross-env)$/.test(tool))
    return undefined
  if (tool.includes('=')) return undefined
  const ending = command
    .replace(/\bvitest\s+(?:watch|dev)\b/, 'vitest run')
    .replace(/\s+(?:--watch(?:All)?|-w)(?=\s|$)/g, '')
    .replace(/^vitest(?!\s+(?:run|bench|list|related)\b)/, 'vitest run')
  if (tool === 'prettier') return ending.replace(/\s--write(?=\s|$)/g, ' --check')
  return ending.replace(/\s+(?:--fix(?:-dangerously|-suggestions)?|--write|--apply(?:-unsafe)?|--unsafe)(?=\s|$)/g, '')
}

/** How a root script hands its work to the packages, so that it can be split between two jobs. */
export type Delegation = { by: 'pnpm' | 'turbo'; task: string }

/** @example delegationOf('pnpm -r --parallel run check-types') // { by: 'pnpm', task: 'check-types' } */
export function delegationOf(text: string): Delegation | undefined {
  const [, flags = '', task] =
    /^pnpm((?:\s+(?:-r|--recursive|--if-present|--parallel|--stream|--no-bail|--aggregate-output|--workspace-concurrency[= ]\d+))+)(?:\s+run)?\s+([\w:.-]+)$/.exec(
      text.trim(),
    ) ?? []
  if (task !== undefined && /(-r|--recursive)\b/.test(flags)) return { by: 'pnpm', task }
  const [, run, rest = ''] = /^turbo(?:\s+run)?\s+([\w:.-]+)((?:\s+--[\w-]+(?:=\S+)?)*)$/.exec(text.trim()) ?? []
  if (run === undefined || run === 'watch' || /--(filter|affected)\b/.test(rest)) return undefined
  return { by: 'turbo', task: run }
}
