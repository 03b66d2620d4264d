import { withoutBuildHash } from './build-hash.ts'

/**
 * A file name that stays the same between releases, machines and bundles: within its package, without address, query,
 * build hash, version and the folder it was put in. `http://127.0.0.1:4301/assets/index-BxY12ab3.js?v=1` and its next
 * build are both `assets/index.js`; `/srv/releases/41/packages/mail/src/index.ts` is `packages/mail/src/index.ts`.
 */
export function stableFile(file: string): string {
  const known = stable.get(file)
  if (known !== undefined) return known
  // Clients of everywhere name files; those of one product are named again with each event.
  if (stable.size >= mostKnown) stable.clear()
  const found = stabilise(file)
  if (file.length <= longestKnown) stable.set(file, found)
  return found
}

const mostKnown = 5_000
const longestKnown = 500
const stable = new Map<string, string>()

function stabilise(file: string): string {
  const parts = placed(pathOf(file))
    .split('/')
    .filter(part => part !== '' && part !== '.' && part !== '..')
  return rooted(parts)
    .filter((part, index, all) => index === all.length - 1 || !isOfOneRelease(part))
    .map(withoutBuildHash)
    .join('/')
}

/** Whether the path says by itself which part of a monorepo it is of. */
export const namesItsPackage = (stable: string): boolean => workspaces.has(stable.split('/', 1)[0] ?? '')

/** Without scheme, host, query and the marks bundlers put around a path. */
const pathOf = (file: string): string =>
  file
    .replaceAll('\\', '/')
    .replace(/[?#].*$/, '')
    .replace(/^[a-z]:\//i, '')
    .replace(/^(?:[a-z][a-z0-9+.-]*:)?\/\/[^/]*(?=\/)/i, '')
    .replace(/^webpack-internal:\/*/, '')
    .replace(/\((?:rsc|ssr|app-pages-browser|action-browser|api|middleware|instrument)\)\//g, '')

/** Folders in which monorepos keep their parts; the next one is the part's name. */
const workspaces = new Set(['packages', 'apps', 'services', 'libs', 'modules', 'crates', 'functions'])
/** Where libraries lie; what follows is the library's name. */
const libraries = new Set(['node_modules', 'site-packages', 'dist-packages', 'gems', 'vendor'])
/** Where a package's own files begin. */
const roots = new Set([
  'src',
  'dist',
  'build',
  'out',
  'lib',
  'app',
  'server',
  'assets',
  'static',
  '_next',
  '_app',
  '.next',
  '.output',
])
/** Where images, hosts and runners put a repository: it says nothing about the file. */
const placed = (path: string): string =>
  path.replace(
    /^\/?(?:usr\/src\/app|usr\/app|app|workspaces?|code|repo|var\/task|var\/www\/html|var\/www|vercel\/path\d|opt\/render\/project\/src|opt\/app|opt\/build\/repo|tmp\/build_\w+|github\/workspace|home\/runner\/work\/[^/]+\/[^/]+)\/(?=.)/,
    '/',
  )

function rooted(parts: string[]): string[] {
  const library = parts.findLastIndex(part => libraries.has(part))
  if (library >= 0 && library < parts.length - 1) return parts.slice(library + 1).map(withoutVersion)
  const workspace = parts.findIndex((part, index) => workspaces.has(part) && index < parts.length - 2)
  if (workspace >= 0) return parts.slice(workspace)
  const root = parts.findIndex(part => roots.has(part))
  return root >= 0 && root < parts.length - 1 ? parts.slice(root) : parts.slice(-2)
}

/** `rails-7.0.4` */
const withoutVersion = (part: string): string => part.replace(/[-@]v?\d+(?:\.\d+)+[\w.-]*$/, '')

/** A folder named by a commit, a time, a version or a build's id. */
const isOfOneRelease = (part: string): boolean =>
  /^[0-9a-f]{7,40}$/.test(part) ||
  /^\d{6,}$/.test(part) ||
  /^v?\d+(?:\.\d+)+$/.test(part) ||
  (/^[\w-]{20,22}$/.test(part) && /\d/.test(part) && /[a-z]/.test(part) && /[A-Z]/.test(part))
