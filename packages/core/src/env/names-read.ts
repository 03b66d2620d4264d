/** A name that code asks its environment for. */
export interface NameRead {
  name: string
  path: string
  line: number
}

const patterns = [
  /\bprocess\.env\.([A-Za-z_]\w*)/g,
  /\bprocess\.env\[\s*(['"`])([A-Za-z_]\w*)\1\s*\]/g,
  /\bimport\.meta\.env\.([A-Za-z_]\w*)/g,
  /\bimport\.meta\.env\[\s*(['"`])([A-Za-z_]\w*)\1\s*\]/g,
  /\b(?:Deno|Bun)\.env\.get\(\s*(['"`])([A-Za-z_]\w*)\1\s*\)/g,
  /\bBun\.env\.(?!get\()([A-Za-z_]\w*)/g,
] as const

/** `{ A, B: b = 1 } = process.env` */
const destructured = /\{([^{}]*)\}\s*=\s*(?:process\.env|import\.meta\.env)\b/g
/** `import { A, B as b } from '$env/static/private'` of SvelteKit. */
const imported = /\bimport\s*\{([^{}]*)\}\s*from\s*['"]\$env\/static\/(?:private|public)['"]/g
/** `${{ secrets.A }}` and `${{ vars.B }}` of a workflow file. */
const workflow = /\b(?:secrets|vars)\.([A-Za-z_]\w*)/g
/** `env('A')` of gantry.config.ts and of Prisma. */
const config = /\benv\(\s*(['"`])([A-Za-z_]\w*)\1\s*\)/g
/** `routingKeyEnv: 'A'` of gantry.config.ts: a field that names the variable. */
const named = /\b\w+Env["']?\s*:\s*(['"`])([A-Za-z_]\w*)\1/g

/** Names that the runtime, the shell, the host, the runner or the bundler sets by itself; nobody writes them into a file. */
const given = [
  /^(NODE_(ENV|OPTIONS|DEBUG|PATH)|CI|PATH|HOME|USER|LOGNAME|SHELL|TERM|TMPDIR|TEMP|TMP|PWD|OLDPWD|TZ|LANG|LC_\w+)$/,
  /^(COLUMNS|DISPLAY|NO_COLOR|FORCE_COLOR|EDITOR|DEBUG|INIT_CWD|XDG_\w+|LOCALAPPDATA|APPDATA|USERPROFILE)$/,
  /^(PORT|HOST|HOSTNAME|ANALYZE|MODE|DEV|PROD|SSR|BASE_URL|VITEST\w*|JEST_WORKER_ID|NEXT_RUNTIME|NEXT_PHASE|STORYBOOK)$/,
  /^(GITHUB|RUNNER|ACTIONS|npm|STATE|INPUT|VERCEL|FLY|RENDER|NETLIFY|CF_PAGES|TURBO|NX|PLAYWRIGHT|TAURI|STORYBOOK)_\w+$/,
  /^(VERCEL|NETLIFY|RENDER)$/,
]

/** The one secret that a job has without anybody setting it. What else a workflow or the config asks for, people set. */
const givenToJobs = [/^GITHUB_TOKEN$/]

const ignored = /\bgantry-ignore-file undeclared: \S/

/**
 * What a file reads from its environment by name, in order. Names put together while the program runs are not seen.
 * A file that holds other programs as text says so: `gantry-ignore-file undeclared: <reason>` in a comment.
 * @param path from the root of the repository; says whether it is code, a workflow, or the config
 */
export function namesRead(text: string, path: string): NameRead[] {
  if (ignored.test(text)) return []
  const isWorkflow = /^\.github\/.+\.ya?ml$/.test(path)
  const found: { name: string; at: number }[] = []
  const add = (name: string, at: number, known = given) => {
    if (!known.some(names => names.test(name))) found.push({ name, at })
  }
  const look = (pattern: RegExp, known = given) => {
    for (const match of text.matchAll(pattern)) add(match.at(-1) ?? '', match.index, known)
  }
  if (isWorkflow) look(workflow, givenToJobs)
  else {
    for (const pattern of patterns) look(pattern)
    if (/(^|\/)(gantry|prisma)\.config\.[mc]?[jt]s$|\.prisma$/.test(path)) look(config, givenToJobs)
    if (/(^|\/)gantry\.config\.[mc]?ts$/.test(path)) look(named, givenToJobs)
    for (const match of [...text.matchAll(destructured), ...text.matchAll(imported)]) {
      for (const part of (match[1] ?? '').split(',')) {
        const name = /^\s*([A-Za-z_]\w*)/.exec(part)?.[1]
        if (name) add(name, match.index)
      }
    }
  }
  return found
    .filter(({ at }) => !isCommentedOut(text, at))
    .sort((a, b) => a.at - b.at)
    .map(({ name, at }) => ({ name, path, line: text.slice(0, at).split('\n').length }))
}

/** On a line of comment, or behind ` //`; `https://` has no such space before it. */
function isCommentedOut(text: string, at: number): boolean {
  const before = text.slice(text.lastIndexOf('\n', at) + 1, at)
  return /^\s*(\/\/|\*|#|\/\*)/.test(before) || /[\s;,{}()]\/\/\s[^'"`]*$/.test(before)
}
