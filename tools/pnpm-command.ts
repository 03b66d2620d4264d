/**
 * How to call the pnpm that runs us: pnpm names itself in `npm_execpath`. Started without it (`node tools/test.ts`),
 * npx fetches the major the workspace is written for.
 */
export function pnpmCommand(env: Record<string, string | undefined>): string[] {
  const own = env.npm_execpath
  if (!own || !/pnpm/.test(own)) return ['npx', '--yes', 'pnpm@12']
  return /\.[cm]?js$/.test(own) ? [process.execPath, own] : [own]
}
