/** Lines of a workflow file, each already at its own depth relative to where it is put. */
export type Lines = readonly string[]

export const indented = (lines: Lines, depth: number): string[] =>
  lines.map(line => (line === '' ? '' : `${' '.repeat(depth)}${line}`))

/** A scalar as plain as YAML allows, else in the double quotes formatters prefer. */
export const scalar = (text: string): string =>
  /^[A-Za-z0-9./$(][^\n]*$/.test(text) &&
  !/: |:$| #/.test(text) &&
  !/\s$|^(true|false|yes|no|on|off|null|~|[\d.]+)$/i.test(text)
    ? text
    : JSON.stringify(text)

/** @example expression('github.ref') // ${{ github.ref }} */
export const expression = (text: string): string => `\${{ ${text} }}`

export interface StepText {
  name: string
  id?: string
  if?: string
  uses?: string
  'working-directory'?: string
  with?: Readonly<Record<string, string | Lines>>
  env?: Readonly<Record<string, string>>
  run?: Lines
}

/** One step, its keys in the order people expect them. Values of `with` and `env` are YAML already. */
export function step({ name, uses, run, ...rest }: StepText): string[] {
  const table = (key: 'with' | 'env') => {
    const entries = Object.entries(rest[key] ?? {})
    return entries.length === 0 ? [] : [`  ${key}:`, ...entries.flatMap(([field, value]) => pair(field, value))]
  }
  return [
    `- name: ${scalar(name)}`,
    ...(rest.id === undefined ? [] : [`  id: ${rest.id}`]),
    ...(rest.if === undefined ? [] : [`  if: ${rest.if}`]),
    ...(uses === undefined ? [] : [`  uses: ${uses}`]),
    ...(rest['working-directory'] === undefined ? [] : [`  working-directory: ${rest['working-directory']}`]),
    ...table('with'),
    ...table('env'),
    ...(run === undefined ? [] : script(run)),
  ]
}

const pair = (field: string, value: string | Lines): string[] =>
  typeof value === 'string' ? [`    ${field}: ${value}`] : [`    ${field}: |`, ...indented(value, 6)]

function script(lines: Lines): string[] {
  const [only = ''] = lines
  if (lines.length === 1 && scalar(only) === only) return [`  run: ${only}`]
  return ['  run: |', ...indented(lines, 4)]
}

export const document = (lines: Lines): string => `${lines.join('\n')}\n`
