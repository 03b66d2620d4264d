// Runs as a hook of the bare repository. Asks the server whether a push is welcome (pre-receive), and tells it
// what arrived (post-receive). Plain JavaScript without dependencies: any Node the person has runs it.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const [phase, settingsPath] = process.argv.slice(2)
const { url, token, project } = JSON.parse(readFileSync(settingsPath, 'utf8'))
const none = /^0+$/

const updates = readFileSync(0, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map(line => {
    const [before, after, ref] = line.split(' ')
    return {
      before: none.test(before) ? null : before,
      after: none.test(after) ? null : after,
      ref,
      isForward: isForward(before, after),
    }
  })

try {
  const response = await fetch(`${url}/api/v1/projects/${project}/hooks/git`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({
      phase,
      updates,
      actor: process.env.GANTRY_ACTOR ?? process.env.USER ?? process.env.LOGNAME ?? null,
    }),
  })
  const answer = await response.json()
  if (!response.ok) refuse(`error ${answer.error.code}  ${answer.error.message}`, `hint: ${answer.error.hint}`)
  for (const line of answer.lines) console.error(line)
} catch (cause) {
  refuse(
    `error SERVER_UNREACHABLE  Gantry does not answer at ${url} (${cause.cause?.code ?? cause.message})`,
    'hint: Start it with `npx pnpm@12 start`, then push again.',
  )
}

function isForward(before, after) {
  if (none.test(before) || none.test(after)) return true
  try {
    execFileSync('git', ['merge-base', '--is-ancestor', before, after], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function refuse(...lines) {
  for (const line of lines) console.error(line)
  process.exit(phase === 'pre-receive' ? 1 : 0)
}
