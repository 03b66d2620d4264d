import { fileURLToPath } from 'node:url'
import { fetchChromium, findChromium } from '../packages/runner/src/index.ts'

const remedy =
  'Install one (Debian, Ubuntu: `sudo apt-get install chromium`; anywhere: `npx pnpm@12 exec playwright install chromium`), ' +
  'or name one: CHROMIUM_PATH=/path/to/chromium.'

/** A Chromium to test with: one of this machine, else one that is fetched now. @throws Error with the command to run */
export async function requireChromium(): Promise<string> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined),
  )
  const found = await findChromium(env)
  if (found !== null) return found
  const fetched = await fetchChromium({ env, say: line => console.error(line) })
  if ('path' in fetched) return fetched.path
  throw new Error(['No Chromium or Chrome was found.', ...fetched.faults, remedy].join('\n'))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(await requireChromium())
  } catch (cause) {
    console.error(cause instanceof Error ? cause.message : String(cause))
    process.exitCode = 1
  }
}
