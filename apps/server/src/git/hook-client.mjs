// Runs as a hook of the bare repository. Asks the server whether a push is welcome (pre-receive), and tells it
// what arrived (post-receive). Plain JavaScript without dependencies: any Node the person has runs it.
import { execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'

const [phase, settingsPath] = process.argv.slice(2)
const { url, token, project, isShared } = JSON.parse(readFileSync(settingsPath, 'utf8'))
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
  const about = JSON.stringify({
    phase,
    updates,
    actor: process.env.GANTRY_ACTOR ?? process.env.USER ?? process.env.LOGNAME ?? null,
  })
  const withCommits = isShared && phase === 'pre-receive'
  const response = await fetch(`${url}/api/v1/projects/${project}/hooks/git${withCommits ? '/push' : ''}`, {
    method: 'POST',
    headers: {
      'content-type': withCommits ? 'application/x-gantry-push' : 'application/json',
      authorization: `Bearer ${token}`,
    },
    body: withCommits ? Readable.toWeb(Readable.from(withPack(about))) : about,
    duplex: 'half',
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

/** A line that says what is pushed, then the commits that are new: git shows them to its hooks before it accepts them. */
async function* withPack(about) {
  yield `${about}\n`
  const commits = updates.flatMap(({ after }) => after ?? [])
  if (commits.length === 0) return
  const packing = spawn('git', ['pack-objects', '--revs', '--stdout', '--quiet'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = new Promise(done => packing.once('close', done))
  const known = execFileSync('git', ['for-each-ref', '--format=%(objectname)'], { encoding: 'utf8' })
  packing.stdin.end([...commits, '--not', known].join('\n'))
  yield* packing.stdout
  if ((await ended) !== 0) throw new Error('git pack-objects failed')
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
