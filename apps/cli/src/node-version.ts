/** The first Node that runs `.ts` files without a flag. */
const least = [22, 18] as const

/** The NODE_TOO_OLD error as plain data, or null when this Node will do. Imports nothing, so that any Node can run it. */
export function nodeTooOld(version: string): { code: string; message: string; hint: string; facts: object } | null {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > least[0] || (major === least[0] && minor >= least[1])) return null
  return {
    code: 'NODE_TOO_OLD',
    message: `expected Node ${least.join('.')} or newer, this is ${version}`,
    hint: 'Run it through `npx pnpm@12 gantry …`, which brings its own Node.',
    facts: { version },
  }
}
