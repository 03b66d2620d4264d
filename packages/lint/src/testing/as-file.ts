import type { Example } from '../rule.ts'
import type { LintRepository } from '../tree/lint-file.ts'

export interface ExampleFile {
  path: string
  text: string
  repository: LintRepository
  /** Lines that end in `# ✗`, where findings are expected. */
  badLines: number[]
}

/** An example as the whole file it stands for. */
export function asFile(example: Example): ExampleFile {
  const { text: given, files } = typeof example === 'string' ? { text: example, files: {} } : example
  const whole = completed(`${given.replace(/^\n/, '').trimEnd()}\n`)
  const lines = whole.split('\n')
  return {
    path: /^runs:/m.test(whole) ? 'action.yml' : '.github/workflows/ci.yml',
    text: lines.map(line => line.replace(/ # ✗$/, '')).join('\n'),
    repository: { read: path => (Object.hasOwn(files, path) ? (files[path] ?? null) : null) },
    badLines: lines.flatMap((line, index) => (line.endsWith(' # ✗') ? [index + 1] : [])),
  }
}

function completed(text: string): string {
  if (/^runs:/m.test(text)) return text
  const on = /^on:/m.test(text) ? '' : 'on: push\n'
  if (/^\s*-\s/.test(text))
    return `${on}jobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n${text.replace(/^(?=.)/gm, '      ')}`
  if (/^jobs:/m.test(text)) return `${on}${text}`
  return `${on}${text}jobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pnpm test\n`
}
