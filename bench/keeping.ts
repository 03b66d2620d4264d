import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { seededRandom } from '../packages/core/src/verdict/simulated-traffic.ts'
import { type RunningGantry, startGantry } from '../tools/running-gantry.ts'
import { environment } from './ingest-gantry.ts'
import { startSenders } from './keeping/senders.ts'
import { judged } from './keeping/what-is-there.ts'
import { type Benchmark, type Row, seconds } from './row.ts'

const kills = Number(process.env['KEEPING_KILLS'] ?? 8)
/** The same seed kills after the same pauses. */
const seed = Number(process.env['KEEPING_SEED'] ?? Date.now() % 1_000_000)
const mb = 1024 * 1024
const diskBytes = 700 * mb
/** What stays free when the load begins: above what a database may begin to write with, and filled within seconds. */
const freeAtFirst = 110 * mb
const [fillsWithinMs, fullForMs, recoversWithinMs] = [180_000, 8_000, 60_000]

/** Errors and lines at full load while the server is killed, and while the disk fills up: what was taken is there, once. */
export const benchmark: Benchmark = {
  name: 'keeping',
  measure: async () => [...(await killed()), ...(await full())],
}

async function killed(): Promise<Row[]> {
  const home = await mkdtemp(join(tmpdir(), 'gantry-keeping-'))
  const random = seededRandom(seed)
  let gantry = await startGantry({ home, env: environment })
  const senders = await startSenders(gantry)
  for (let kill = 1; kill <= kills; kill++) {
    await sleep(1_000 + random() * 4_000)
    await gantry.stop('SIGKILL')
    console.error(`  seed ${seed}: killed ${kill} of ${kills}, ${senders.taken()} requests taken`)
    gantry = await startGantry({ home, port: gantry.port, env: environment })
  }
  await sleep(2_000)
  await senders.stop()
  await gantry.stop()
  const rows = await judged(home, senders.sent, `${kills} × kill -9`)
  await rm(home, { recursive: true })
  return rows
}

/** On a file system of its own, which the process must be allowed to mount. */
async function full(): Promise<Row[]> {
  const disk = await mkdtemp(join(tmpdir(), 'gantry-disk-'))
  await promisify(execFile)('mount', ['-t', 'tmpfs', '-o', `size=${diskBytes}`, 'none', disk])
  try {
    return await filled(disk)
  } finally {
    await promisify(execFile)('umount', [disk])
    await rm(disk, { recursive: true })
  }
}

async function filled(disk: string): Promise<Row[]> {
  const home = join(disk, 'home')
  await mkdir(home)
  const gantry = await startGantry({ home, env: environment })
  const ballast = join(disk, 'ballast')
  await writeFile(ballast, Buffer.alloc(Math.max(0, (await freeBytes(disk)) - freeAtFirst)))
  const senders = await startSenders(gantry)
  const { statuses } = senders.sent
  const refused = () => [...statuses].reduce((sum, [status, times]) => (status >= 400 ? sum + times : sum), 0)
  const fullBy = performance.now() + fillsWithinMs
  for (let before = -1; senders.taken() > before || refused() === 0; await sleep(1_000)) {
    if (performance.now() > fullBy) throw new Error(`the disk did not fill up: ${await freeBytes(disk)} bytes are free`)
    before = senders.taken()
  }
  console.error(`  full: ${senders.taken()} requests taken, ${refused()} refused, ${[...statuses].join(' ')}`)
  await sleep(fullForMs)
  const takenWhenFull = senders.taken()
  const isAlive = await answers(gantry)
  await rm(ballast)
  const freedAt = performance.now()
  while (senders.taken() === takenWhenFull && performance.now() - freedAt < recoversWithinMs) await sleep(20)
  const recoveredMs = performance.now() - freedAt
  await sleep(3_000)
  await senders.stop()
  await gantry.stop()
  const broken = [...statuses].filter(([status]) => status === 0 || (status >= 500 && status !== 503 && status !== 507))
  return [
    ...(await judged(home, senders.sent, 'full disk')),
    {
      ...{ what: 'requests without an answer, or told of no full disk', target: '0' },
      measured: broken.length === 0 ? `0 of ${refused()} refused` : broken.map(each => each.join(' × ')).join(', '),
      isMet: broken.length === 0 && refused() > 0,
    },
    {
      ...{ what: 'the server answers while its disk is full', measured: isAlive ? 'yes' : 'no', target: 'yes' },
      isMet: isAlive,
    },
    {
      ...{ what: 'takes errors and lines again once there is room', measured: seconds(recoveredMs), target: '< 10 s' },
      isMet: recoveredMs < 10_000,
    },
  ]
}

async function freeBytes(dir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dir)
  return bavail * bsize
}

const answers = ({ url }: RunningGantry): Promise<boolean> =>
  fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5_000) }).then(
    response => response.ok,
    () => false,
  )
