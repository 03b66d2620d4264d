/** How a repository wants its files to look, in Prettier's words: https://prettier.io/docs/options */
export interface Style {
  /** Where it was read, for the person who wonders. */
  from: string
  /** Which files that tool looks at. */
  takes: RegExp
  options: StyleOptions
}

export interface StyleOptions {
  printWidth?: number
  tabWidth?: number
  useTabs?: boolean
  semi?: boolean
  singleQuote?: boolean
  quoteProps?: 'as-needed' | 'consistent' | 'preserve'
  trailingComma?: 'all' | 'es5' | 'none'
  bracketSpacing?: boolean
  objectWrap?: 'preserve' | 'collapse'
  proseWrap?: 'always' | 'never' | 'preserve'
  endOfLine?: 'lf' | 'crlf'
}

type Value = string | number | boolean

const isCount = (value: unknown): boolean => Number.isInteger(value) && Number(value) > 0 && Number(value) <= 1000

const values: { [Name in keyof Required<StyleOptions>]: (value: unknown) => boolean } = {
  printWidth: value => isCount(value),
  tabWidth: value => isCount(value),
  useTabs: value => typeof value === 'boolean',
  semi: value => typeof value === 'boolean',
  singleQuote: value => typeof value === 'boolean',
  quoteProps: value => ['as-needed', 'consistent', 'preserve'].includes(String(value)),
  trailingComma: value => ['all', 'es5', 'none'].includes(String(value)),
  bracketSpacing: value => typeof value === 'boolean',
  objectWrap: value => ['preserve', 'collapse'].includes(String(value)),
  proseWrap: value => ['always', 'never', 'preserve'].includes(String(value)),
  endOfLine: value => ['lf', 'crlf'].includes(String(value)),
}

/** What of a settings file is an option known here, with a value it can have. */
export const knownOptions = (found: Readonly<Record<string, unknown>>): StyleOptions =>
  Object.fromEntries(Object.entries(values).flatMap(([name, fits]) => (fits(found[name]) ? [[name, found[name]]] : [])))

/** Options set in code, where they stand as plain words: `semi: false`, `printWidth: 100`. */
export function optionsInCode(text: string): StyleOptions {
  const found: Record<string, Value> = {}
  for (const [, name = '', quoted, bare = ''] of text.matchAll(
    /\b(\w+)["']?\s*:\s*(?:["']([\w-]+)["']|(true|false|\d+))/g,
  )) {
    found[name] ??= quoted ?? (bare === 'true' ? true : bare === 'false' ? false : Number(bare))
  }
  return knownOptions(found)
}
