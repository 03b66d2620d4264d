/** What the text of a file says about files elsewhere. */
export interface Mentions {
  /** Relative paths that go up, as written. `isFromFile`: from the folder of the file for sure, as an import is. */
  up: { path: string; isFromFile: boolean }[]
  /** Paths below the folder of the file: of interest in files of the root. */
  down: string[]
  /** What is imported by name, and every other name in quotes that is one of `names`. */
  names: string[]
  imports: string[]
  /** It asks git or pnpm for files it does not name. */
  isWide: boolean
  /** It goes from the folder it is in to somewhere it does not say here. */
  isFromHere: boolean
}

const noText = /\.(?:png|jpe?g|gif|webp|avif|ico|woff2?|ttf|otf|eot|mp[34]|webm|pdf|zip|gz|tgz|wasm|node|db|sqlite)$/i
const noSource = /(^|\/)(pnpm-lock\.yaml|CHANGELOG\.md)$/
/** Whether a file can say something of others, by its name. */
export const mayMention = (path: string): boolean => !noText.test(path) && !noSource.test(path)

/** Longer files are data. */
export const mostMentioningBytes = 1_000_000

const wide = [
  /GITHUB_WORKSPACE|INIT_CWD|PNPM_WORKSPACE|pnpm-workspace|show-toplevel|workspaceRoot|find-?workspace|get-packages|find-packages|manypkg/i,
  /(?:^|[\s"'`(;&|])git\s+(?:-\S+\s+)*(?:diff|status|ls-files|log|describe|rev-parse|show|grep|stash|archive|submodule)\b/,
  /['"`]git['"`]|simple-git|isomorphic-git/,
  /\b(?:pnpm|pn|npm|yarn)\b[^"\n]*\s(?:-r|--recursive|-F|--filter\S*|-C|--dir|-w|--workspace-root|--prefix|--cwd)\b/,
  /(?:^|[\s"'`(;&|])(?:turbo|nx|lerna|wsrun|gantry)\s/,
]
const fromFile = /(?:\bfrom|\bimport|\brequire|\bmock|\bunmock|dirname|import\.meta\.\w+|\bresolve)\s*[(,]?\s*['"`]?$/
const importing = /(?:\bfrom|\bimport|\brequire|\bmock)\s*\(?\s*['"`]([^'"`.\s][^'"`\s]*)['"`]/g

export function mentionsIn(text: string, names: ReadonlySet<string>): Mentions {
  // join('..', '..', 'shared') is a path in pieces.
  const joined = text.includes('..') ? text.replace(/(?<=\.\.[^'"`\s]{0,40})['"`]\s*,\s*['"`]/g, '/') : text
  const up = [...joined.matchAll(/(?<![.\w])(?:\.\.\/)+[^\s'"`(),;<>|&\\]*|(?<=['"`\s=])\.\.(?=['"`\s;&|)])/g)].map(
    ({ 0: path, index }) => ({ path, isFromFile: fromFile.test(joined.slice(Math.max(0, index - 60), index)) }),
  )
  // Scoped names are none of everyday words, so that they need no quotes: in scripts they stand alone.
  const scoped = [...text.matchAll(/(?<![\w@./-])@[\w.-]+\/[\w.-]+/g)].map(([name]) => name)
  const quotedTexts = [...text.matchAll(/['"`]([@\w][\w@./-]{0,200})['"`]/g)].map(([, inner = '']) => inner)
  return {
    up: unique(up, ({ path, isFromFile }) => `${path} ${isFromFile}`),
    down: [...new Set([...text.matchAll(/['"`]\.?\/?([\w@][^'"`\s]*)['"`]/g)].map(([, path = '']) => path))],
    names: [...new Set([...scoped, ...quotedTexts.map(nameIn)].filter(name => names.has(name)))],
    imports: [...new Set([...text.matchAll(importing)].map(([, path = '']) => path))],
    isFromHere: /(?:__dirname|import\.meta\.dirname|fileURLToPath\([^)]*\)+)(?!\s*,\s*['"`])/.test(text),
    isWide: wide.some(pattern => pattern.test(text)),
  }
}

/** `@x/b/sub/path` and `b/sub` name the package before. */
const nameIn = (text: string): string => /^(@[^/]+\/[^/]+|[^/]+)/.exec(text)?.[1] ?? ''

function unique<T>(values: readonly T[], keyOf: (value: T) => string): T[] {
  return [...new Map(values.map(value => [keyOf(value), value])).values()]
}
