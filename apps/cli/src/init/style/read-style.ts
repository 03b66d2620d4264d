import { looseJson, type RepositoryFacts } from '@gantry/init'
import { parse } from 'yaml'
import { knownOptions, optionsInCode, type Style, type StyleOptions } from './style.ts'

type Table = Readonly<Record<string, unknown>>
const isTable = (value: unknown): value is Table => typeof value === 'object' && value !== null && !Array.isArray(value)
const tableAt = (table: Table, ...keys: string[]): Table => {
  const [key, ...rest] = keys
  if (key === undefined) return table
  const value = table[key]
  return isTable(value) ? tableAt(value, ...rest) : {}
}

const code = /\.ts$/
const codeAndText = /\.(ts|md|ya?ml)$/
const codeEndings = ['js', 'mjs', 'cjs', 'ts', 'mts', 'cts']

/**
 * The style a repository configures, from its settings alone: Prettier, Biome, oxfmt, dprint, ESLint's stylistic rules,
 * else .editorconfig. For a fresh clone, in which no formatter is installed that could be asked.
 */
export function readStyle(facts: RepositoryFacts): Style | null {
  const editor = editorOptions(facts.text('.editorconfig') ?? '')
  for (const read of [prettier, biome, oxfmt, dprint, eslint]) {
    const found = read(facts)
    if (found !== null) return { ...found, options: { ...editor, ...found.options } }
  }
  return Object.keys(editor).length === 0
    ? null
    : { from: '.editorconfig', takes: code, options: { ...own, ...editor } }
}

/** How Gantry prints where only a part is said. */
const own: StyleOptions = { semi: false, singleQuote: true, printWidth: 120 }

function prettier({ text, root }: RepositoryFacts): Style | null {
  const manifest: unknown = looseJson(text('package.json') ?? '')
  const inManifest = isTable(manifest) ? manifest['prettier'] : undefined
  if (isTable(inManifest)) return { from: 'package.json', takes: codeAndText, options: knownOptions(inManifest) }
  for (const path of ['.prettierrc', '.prettierrc.json', '.prettierrc.json5', '.prettierrc.yaml', '.prettierrc.yml']) {
    const table = tableIn(text(path))
    if (table !== null) return { from: path, takes: codeAndText, options: knownOptions(table) }
  }
  const inCode = ['.prettierrc', 'prettier.config'].flatMap(name => codeEndings.map(ending => `${name}.${ending}`))
  for (const path of [...inCode, '.prettierrc.toml']) {
    const written = text(path)
    if (written !== undefined)
      return { from: path, takes: codeAndText, options: optionsInCode(written.replaceAll(' = ', ': ')) }
  }
  const isUsed = inManifest !== undefined || root.dependencies.has('prettier')
  return isUsed ? { from: 'prettier', takes: codeAndText, options: {} } : null
}

/** JSON is YAML too, but for its comments. */
function tableIn(text: string | undefined): Table | null {
  if (text === undefined) return null
  try {
    const found: unknown = looseJson(text) ?? parse(text)
    return isTable(found) ? found : {}
  } catch {
    // The formatter itself says what is wrong in it; here its defaults are the best guess.
    return {}
  }
}

function biome({ text }: RepositoryFacts): Style | null {
  const path = ['biome.json', 'biome.jsonc'].find(each => text(each) !== undefined)
  const table = path === undefined ? null : tableIn(text(path))
  if (path === undefined || table === null) return null
  const general = tableAt(table, 'formatter')
  const own = tableAt(table, 'javascript', 'formatter')
  if (general['enabled'] === false || own['enabled'] === false) return null
  const of = (name: string): unknown => own[name] ?? general[name]
  const options = {
    useTabs: of('indentStyle') !== 'space',
    tabWidth: of('indentWidth'),
    printWidth: of('lineWidth'),
    semi: own['semicolons'] !== 'asNeeded',
    singleQuote: own['quoteStyle'] === 'single',
    trailingComma: own['trailingCommas'],
    bracketSpacing: of('bracketSpacing'),
    endOfLine: of('lineEnding'),
    quoteProps: own['quoteProperties'] === 'preserve' ? 'preserve' : 'as-needed',
    objectWrap: of('expand') === 'never' ? 'collapse' : 'preserve',
  }
  return { from: path, takes: code, options: knownOptions(options) }
}

function oxfmt({ text }: RepositoryFacts): Style | null {
  const path = ['.oxfmtrc.json', '.oxfmtrc.jsonc'].find(each => text(each) !== undefined)
  const table = path === undefined ? null : tableIn(text(path))
  if (path === undefined || table === null) return null
  return { from: path, takes: codeAndText, options: { printWidth: 100, ...knownOptions(table) } }
}

function dprint({ text }: RepositoryFacts): Style | null {
  const path = ['dprint.json', 'dprint.jsonc', '.dprint.json', '.dprint.jsonc'].find(each => text(each) !== undefined)
  const table = path === undefined ? null : tableIn(text(path))
  if (path === undefined || table === null) return null
  const own = tableAt(table, 'typescript')
  const of = (name: string): unknown => own[name] ?? table[name]
  const options = {
    printWidth: of('lineWidth') ?? 120,
    tabWidth: of('indentWidth') ?? 4,
    useTabs: of('useTabs') ?? false,
    semi: own['semiColons'] !== 'asi',
    singleQuote: /single/i.test(String(own['quoteStyle'])),
    trailingComma: own['trailingCommas'] === 'never' ? 'none' : 'all',
    quoteProps: own['quoteProps'] === 'consistent' ? 'consistent' : 'as-needed',
    endOfLine: of('newLineKind'),
  }
  return { from: path, takes: code, options: knownOptions(options) }
}

/** Presets with a style of their own, and the stylistic rules as they usually stand. */
function eslint({ text, root }: RepositoryFacts): Style | null {
  const files = [
    ...codeEndings.map(ending => `eslint.config.${ending}`),
    '.eslintrc',
    '.eslintrc.json',
    '.eslintrc.js',
    '.eslintrc.cjs',
  ]
  const path = files.find(each => text(each) !== undefined)
  const written = path === undefined ? '' : (text(path) ?? '')
  const uses = (name: string) =>
    root.dependencies.has(name) || written.includes(`'${name}'`) || written.includes(`"${name}"`)
  const preset = presets.find(({ name }) => uses(name))
  const said = stylisticIn(written)
  const options = { ...preset?.options, ...said }
  return Object.keys(options).length === 0 ? null : { from: path ?? preset?.name ?? 'eslint', takes: code, options }
}

const noSemicolons: StyleOptions = { semi: false, singleQuote: true, printWidth: 120 }
const presets: readonly { name: string; options: StyleOptions }[] = [
  { name: '@antfu/eslint-config', options: { ...noSemicolons, quoteProps: 'consistent' } },
  { name: 'neostandard', options: { ...noSemicolons, trailingComma: 'none' } },
  { name: 'eslint-config-standard', options: { ...noSemicolons, trailingComma: 'none' } },
  { name: 'standard', options: { ...noSemicolons, trailingComma: 'none' } },
  { name: 'xo', options: { semi: true, singleQuote: true, useTabs: true, bracketSpacing: false, printWidth: 120 } },
]

/** `semi: false` of a factory, or `'@stylistic/semi': ['error', 'never']` of a rule. */
function stylisticIn(text: string): StyleOptions {
  const value = (pattern: RegExp): string | undefined => {
    const [, inRule, inFactory] = pattern.exec(text) ?? []
    return inRule ?? inFactory
  }
  const [semi, quotes, indent, comma] = [rules.semi, rules.quotes, rules.indent, rules.comma].map(value)
  return {
    ...(semi !== undefined && { semi: semi === 'always' || semi === 'true' }),
    ...(quotes !== undefined && { singleQuote: quotes === 'single' }),
    ...(indent !== undefined && (indent === 'tab' ? { useTabs: true } : { tabWidth: Number(indent) })),
    ...(comma !== undefined && { trailingComma: comma === 'never' ? ('none' as const) : ('all' as const) }),
  }
}

const rules = {
  semi: /\bsemi["']?\s*:\s*(?:\[[^,\]]+,\s*["'](always|never)["']|(true|false))/,
  quotes: /\bquotes["']?\s*:\s*(?:\[[^,\]]+,\s*["'](single|double)["']|["'](single|double)["'])/,
  indent: /\bindent["']?\s*:\s*(?:\[[^,\]]+,\s*["']?(tab|\d+)|["']?(tab|\d+))/,
  comma: /\b(?:comma-dangle|commaDangle)["']?\s*:\s*(?:\[[^,\]]+,\s*["']([\w-]+)["']|["'](never|always[\w-]*)["'])/,
}

/** What `[*]` and sections for TypeScript say. https://spec.editorconfig.org */
function editorOptions(text: string): StyleOptions {
  const said: Record<string, string> = {}
  let isMeant = false
  for (const line of text.split(/\r?\n/)) {
    const [, section] = /^\s*\[(.*)\]\s*$/.exec(line) ?? []
    if (section !== undefined) isMeant = section === '*' || /\bts\b/.test(section)
    const [, name = '', value = ''] = /^\s*(\w+)\s*=\s*([\w-]+)/.exec(line) ?? []
    if (isMeant && name !== '') said[name.toLowerCase()] = value.toLowerCase()
  }
  const size = Number(said['indent_size'] ?? said['tab_width'])
  const width = Number(said['max_line_length'])
  return {
    ...(said['indent_style'] !== undefined && { useTabs: said['indent_style'] === 'tab' }),
    ...(size > 0 && { tabWidth: size }),
    ...(width > 0 && { printWidth: width }),
    ...(said['quote_type'] === 'single' || said['quote_type'] === 'double'
      ? { singleQuote: said['quote_type'] === 'single' }
      : {}),
    ...(said['end_of_line'] === 'crlf' ? { endOfLine: 'crlf' as const } : {}),
  }
}
