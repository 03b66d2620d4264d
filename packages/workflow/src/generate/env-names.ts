import { ownerOf } from './read-workspace.ts'
import type { EnvName, Package, RepositoryFiles } from './repository.ts'

const source = /\.(ts|tsx|mts|cts|js|jsx|mjs|cjs|vue|svelte|astro|prisma)$/
const test = /\.(test|spec|e2e)\.\w+$|(^|\/)(__tests__|__mocks__|tests?|testing|fixtures?|e2e)\//
const reads = [
  /\bprocess\.env\.([A-Z][A-Z0-9_]*)\b/g,
  /\bprocess\.env\[\s*['"`]([A-Z][A-Z0-9_]*)['"`]\s*\]/g,
  /\bimport\.meta\.env\.([A-Z][A-Z0-9_]*)\b/g,
  /\bimport\.meta\.env\[\s*['"`]([A-Z][A-Z0-9_]*)['"`]\s*\]/g,
  /\b(?:Bun|Deno)\.env\.(?:get\(\s*['"`])?([A-Z][A-Z0-9_]*)/g,
  /\benv\(\s*['"]([A-Z][A-Z0-9_]*)['"]\s*\)/g,
] as const
const destructured = /\{([^{}]*)\}\s*=\s*process\.env\b/g

/** Set by tools and hosts themselves; nobody writes them into a file. */
const givenAnyway =
  /^(NODE_ENV|NODE_OPTIONS|NODE_DEBUG|CI|DEV|PROD|SSR|MODE|BASE_URL|HOME|PATH|PWD|USER|SHELL|TERM|TZ|TMPDIR|DEBUG|NO_COLOR|FORCE_COLOR|VITEST|JEST_WORKER_ID|INIT_CWD|PORT|HOST|HOSTNAME|NEXT_RUNTIME|NEXT_PHASE|ANALYZE)$|^(npm|GITHUB|RUNNER|VERCEL|FLY|RENDER|VITEST|TURBO|NX|PLAYWRIGHT)_/

/** Every name the code reads from its environment, and which packages read it. */
export function envNames(files: RepositoryFiles, packages: readonly Package[]): EnvName[] {
  const dirs = new Set(packages.map(({ dir }) => dir))
  const found = new Map<string, Set<string>>()
  for (const [path, text] of files.texts) {
    if (!source.test(path) || !text.includes('env')) continue
    const isTest = test.test(path)
    for (const name of namesIn(withoutComments(text))) {
      // A test makes up names of its own; a secret it reads is one a run may need.
      if (givenAnyway.test(name) || (isTest && !isSecret(name))) continue
      const readers = found.get(name) ?? new Set()
      found.set(name, readers.add(ownerOf(path, dirs)))
    }
  }
  return [...found]
    .map(([name, readers]) => ({ name, packages: [...readers].toSorted(), isSecret: isSecret(name) }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** Names on the left of `=` in an example file, those behind a `#` included. */
export const namesInExample = (text: string): string[] =>
  [...text.matchAll(/^\s*#?\s*(?:export\s+)?([A-Z][A-Z0-9_]*)\s*=/gm)].map(([, name = '']) => name)

/** What must never stand in a file that git keeps. Names for the browser are public by their prefix. */
const isSecret = (name: string): boolean =>
  !/^(NEXT_PUBLIC|VITE|PUBLIC|REACT_APP|EXPO_PUBLIC|NUXT_PUBLIC)_/.test(name) &&
  /(SECRET|TOKEN|PASSWORD|PASSPHRASE|PRIVATE|CREDENTIALS?|API_?KEY|_KEY|DATABASE_URL|_DSN|WEBHOOK)/.test(name)

const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[\s;,{}()])\/\/.*$/gm, '$1')

function namesIn(text: string): string[] {
  const direct = reads.flatMap(pattern => [...text.matchAll(pattern)].map(([, name = '']) => name))
  const taken = [...text.matchAll(destructured)].flatMap(([, inside = '']) =>
    inside.split(',').flatMap(part => /^\s*([A-Z][A-Z0-9_]*)\b/.exec(part)?.[1] ?? []),
  )
  return [...direct, ...taken]
}
