import { posix } from 'node:path'
import type { SourceFile } from './source-files.ts'

/** Where sources live that people write; the rules below hold for all of them. */
export const sourceFolders = ['packages', 'apps', 'tools', 'e2e', 'bench', 'examples']

export const isSource = (path: string): boolean => /\.(ts|tsx|mts|mjs)$/.test(path) && !isGenerated(path)
const isGenerated = (path: string) => /\.gen\.ts$|\.d\.ts$|\/fixtures?\//.test(path)
const isTest = (path: string) => /\.(test|rules)\.tsx?$|\/testing\//.test(path)

/** Who may know whom. A part that is missing here may import nothing of ours. */
const mayImport: Record<string, readonly string[]> = {
  'packages/core': [],
  'packages/config': ['core', 'watch/settings', 'delivery/settings', 'ingest/settings'],
  'packages/workflow': ['core'],
  'packages/runner': ['core', 'workflow'],
  'packages/lint': ['core', 'workflow'],
  'packages/init': ['core', 'workflow'],
  'packages/job-cache': ['core', 'workflow'],
  'packages/migrations': ['core'],
  'packages/store': ['core', 'migrations'],
  'packages/ingest': ['core'],
  'packages/watch': ['core'],
  'packages/delivery': ['core', 'migrations'],
  'packages/report': ['core'],
  'packages/objects': ['core'],
  'packages/vendor-fakes': [],
  'packages/github': ['core'],
  'packages/lines': ['core'],
  'packages/observe': [],
  'apps/server': [
    ...['core', 'config', 'workflow', 'runner', 'store', 'ingest', 'watch', 'delivery', 'objects', 'migrations'],
    ...['github', 'lines'],
  ],
  'apps/cli': [
    ...['core', 'config', 'workflow', 'runner', 'job-cache', 'lint', 'init', 'report', 'ingest', 'watch', 'delivery'],
    ...['migrations', 'github'],
  ],
  'apps/dashboard': ['core/api', 'core/words'],
}

/** Tests of a part that is plugged into another one drive it through that one, and against fakes of vendors. */
const testsMayImport: Record<string, readonly string[]> = {
  'packages/job-cache': ['runner'],
  'packages/delivery': ['vendor-fakes'],
  // One suite for every line store.
  'packages/store': ['lines'],
  'packages/github': ['vendor-fakes'],
  'apps/server': ['vendor-fakes', 'init'],
  'apps/cli': ['vendor-fakes'],
}

const lineLimit = 400
const vagueNames = /^(utils?|helpers?|common|shared|misc|managers?)$/
const vagueEndings = /-(utils?|helpers?|managers?)$/

const impure: readonly [RegExp, string][] = [
  [/['"]node:/, 'node:'],
  [/\bfetch\s*\(/, 'fetch'],
  [/\bprocess\s*[.[]/, 'process'],
  [/\bDate\.now\b/, 'Date.now'],
  [/\bnew Date\(\s*\)/, 'new Date()'],
  [/\bMath\.random\b/, 'Math.random'],
  [/\bset(Timeout|Interval|Immediate)\b/, 'a timer'],
]

/** One sentence for each place that breaks a rule; empty when all hold. */
export function violations(files: readonly SourceFile[]): string[] {
  return files.flatMap(file => [...nameViolations(file), ...lengthViolations(file), ...partViolations(file)])
}

function nameViolations({ path }: SourceFile): string[] {
  const vague = path.split('/').find(segment => {
    const stem = segment.split('.')[0] ?? ''
    return vagueNames.test(stem) || vagueEndings.test(stem)
  })
  return vague ? [`${path}: "${vague}" says nothing; name the thing it holds`] : []
}

function lengthViolations({ path, text }: SourceFile): string[] {
  const lines = text.split('\n').length - 1
  return lines > lineLimit ? [`${path}: ${lines} lines, at most ${lineLimit}; split it along its headings`] : []
}

function partViolations(file: SourceFile): string[] {
  const [kind, name] = file.path.split('/')
  const part = `${kind}/${name}`
  if (kind !== 'packages' && kind !== 'apps') return []
  const imports = importsOf(file.text).flatMap(specifier => importViolations(file.path, part, specifier))
  if (!isTest(file.path) && part !== 'apps/dashboard') imports.push(...patternViolations(file))
  if (isTest(file.path)) return imports
  if (isSettings.test(file.path)) imports.push(...settingsViolations(file))
  return part === 'packages/core' || isSettings.test(file.path) || isJoined.test(file.path)
    ? [...imports, ...purityViolations(file)]
    : imports
}

/** The settings halves of adapters, and what joins them: a config's own program loads them, and a browser may. */
const isSettings = /^packages\/(watch|delivery|ingest)\/src\/(.*\/)?settings\.ts$/
const isJoined = /^packages\/config\/src\/(?!load\/)/

/** What they import leads nowhere else either. */
function settingsViolations({ path, text }: SourceFile): string[] {
  const may = /^(zod|@gantry\/core\/config|\.\/(.*\/)?settings\.ts)$/
  return importsOf(text)
    .filter(specifier => !may.test(specifier))
    .map(specifier => `${path}: settings import zod, @gantry/core/config and other settings, not ${specifier}`)
}

function importViolations(path: string, part: string, specifier: string): string[] {
  if (specifier.startsWith('.')) {
    const target = posix.normalize(posix.join(posix.dirname(path), specifier))
    // What only tests use may lean on the repository's own tools.
    if (path.includes('/testing/') && target.startsWith('tools/')) return []
    return target.startsWith(`${part}/`) ? [] : [`${path}: ${specifier} leaves ${part}; import its package instead`]
  }
  if (specifier === 'gantry' || specifier.startsWith('gantry/'))
    return [`${path}: nobody imports an app (${specifier})`]
  if (specifier.startsWith('@gantry/')) return siblingViolations(path, part, specifier.slice('@gantry/'.length))
  if (part !== 'packages/core' || isTest(path) || specifier === 'zod') return []
  return [`${path}: core depends on zod alone, not on ${specifier}`]
}

function siblingViolations(path: string, part: string, target: string): string[] {
  const allowed = [...(mayImport[part] ?? []), ...((isTest(path) && testsMayImport[part]) || [])]
  const [sibling = ''] = target.split('/')
  if (allowed.some(name => name === sibling || name === target || target.startsWith(`${name}/`))) return []
  const known = allowed.length > 0 ? allowed.map(name => `@gantry/${name}`).join(', ') : 'no sibling'
  return [`${path}: ${part} may import ${known}, not @gantry/${target}`]
}

/** A pattern from outside that backtracks stops the whole server: they are compiled in one place, for a linear engine. */
function patternViolations({ path, text }: SourceFile): string[] {
  if (path === linearPatterns) return []
  const code = withoutComments(text)
  return backtracking
    .filter(each => code.includes(each))
    .map(each => `${path}: ${each} may meet a pattern somebody wrote; compile it with ${linearPatterns}`)
}
const linearPatterns = 'packages/workflow/src/glob/linear-pattern.ts'
const backtracking = ['new RegExp(', 'matchesGlob', "from 'picomatch'", "from 'minimatch'", "from 'micromatch'"]

function purityViolations({ path, text }: SourceFile): string[] {
  const code = withoutComments(text)
  return impure
    .filter(([pattern]) => pattern.test(code))
    .map(([, what]) => `${path}: core and settings perform nothing, but this uses ${what}`)
}

/** Module specifiers of static imports, re-exports and dynamic imports. */
export function importsOf(text: string): string[] {
  const code = withoutComments(text)
  const patterns = [
    /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm,
    /^\s*import\s*['"]([^'"]+)['"]/gm,
    /\bimport\(\s*['"]([^'"]+)['"]/g,
  ]
  return patterns.flatMap(pattern => [...code.matchAll(pattern)].map(([, specifier = '']) => specifier))
}

/** Good enough for our own sources: a `//` inside a string is kept when a colon is before it (addresses). */
const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`\\])\/\/.*$/gm, '$1')
