import { setTimeout as sleep } from 'node:timers/promises'
import type { RunState } from '@gantry/core'
import { type Database, openDatabase } from '@gantry/store'
import { type Cluster, startCluster } from './faults/cluster.ts'
import { judge } from './faults/invariants.ts'
import { killAtRandom } from './faults/kill-at-random.ts'
import { leasesLeft, processesLeft } from './faults/left-behind.ts'
import { approveWhatIsReady, type Load, resolveIncidents, startLoad } from './faults/load.ts'
import { faultsProduct, project } from './faults/product.ts'
import { startWitness, type Witness } from './faults/witness.ts'
import type { Benchmark, Row } from './row.ts'

const numberOf = (name: string, usual: number) => Number(process.env[name] ?? usual)
const servers = numberOf('FAULTS_SERVERS', 2)
const runners = numberOf('FAULTS_RUNNERS', 2)
/** Of each process. */
const kills = numberOf('FAULTS_KILLS', 50)
/** The same seed kills in the same order, after the same pauses; what is hit by it is chance. */
const seed = numberOf('FAULTS_SEED', Date.now() % 1_000_000)
const restMs = 240_000

/** Servers and runners on one Postgres, each killed by `kill -9` at random under load: nothing lost, twice or stuck. */
export const benchmark: Benchmark = {
  name: 'faults',
  async measure() {
    const witness = await startWitness()
    const cluster = await startCluster(witness, { servers, runners })
    const product = await faultsProduct(cluster.repositories, witness.url)
    const database = await openDatabase({ kind: 'postgres', url: cluster.databaseUrl })
    try {
      const rows = await tried(cluster, witness, startLoad(cluster, product, witness), database)
      if (rows.some(({ isMet }) => !isMet)) console.error(cluster.output())
      return rows
    } finally {
      await database.close()
      await product.remove()
      await cluster.remove()
      await witness.stop()
    }
  },
}

async function tried(cluster: Cluster, witness: Witness, load: Load, database: Database): Promise<Row[]> {
  const startedMs = performance.now()
  const { victims } = cluster
  await killAtRandom(victims, { seed, times: kills, onKill: tell(startedMs) })
  await load.stop()
  const lastedMs = performance.now() - startedMs
  const restedMs = await rested(cluster, witness, load, database)
  const serverStarts =
    servers + victims.reduce((sum, { kind, killedAtMs: own }) => sum + (kind === 'server' ? own.length : 0), 0)
  const runs = await runsIn(database)
  const runnerKillsMs = victims.flatMap(({ kind, killedAtMs: own }) => (kind === 'runner' ? own : []))
  const evidence = {
    runnerKillsMs,
    database,
    done: load.done,
    witness,
    runs,
    lastedMs: lastedMs + restedMs,
    endedAtMs: Date.now(),
    serverStarts,
  }
  const judged = await judge(evidence)
  await cluster.stop()
  const killed = victims.map(({ name, killedAtMs: own }) => `${name} ${own.length}`).join(', ')
  return [
    { what: `killed by -9, seed ${seed}`, measured: killed, target: `${kills} each`, isMet: true },
    ...judged,
    {
      what: 'at rest after the last kill',
      measured: `${(restedMs / 1_000).toFixed(0)} s`,
      target: '≤ 240 s',
      isMet: restedMs < restMs,
    },
    await leasesLeft(database),
    await processesLeft(cluster.root),
  ]
}

const tell =
  (startedMs: number) =>
  ({ name }: { name: string }, done: number, all: number) => {
    if (done % 10 === 0 || done === all)
      console.error(
        `  ${((performance.now() - startedMs) / 1_000).toFixed(0)} s: ${done} of ${all} kills, the last of ${name}`,
      )
  }

/** Goes on approving: a run that waits for a person is not stuck. Answers how long it took, or how long was waited. */
async function rested(cluster: Cluster, witness: Witness, load: Load, database: Database): Promise<number> {
  const startedMs = performance.now()
  for (;;) {
    const [[busy] = []] = (await database.session(session => session.query(underWay, []))).rows
    if (Number(busy) === 0 || performance.now() - startedMs > restMs) return performance.now() - startedMs
    await approveWhatIsReady(cluster, load.done).catch(() => undefined)
    await resolveIncidents(cluster, witness).catch(() => undefined)
    await sleep(500)
  }
}

/** What ends by itself: also the runs that a clock has begun meanwhile, notices and incidents of what is well again. */
const underWay = `select (select count(*) from gantry.runs where status <> 'completed')
  + (select count(*) from gantry.deployments where state in ('planned', 'deploying', 'verifying'))
  + (select count(*) from gantry.promotions where state in ('waiting', 'ready', 'approved'))
  + (select count(*) from gantry.outbox where state = 'pending')
  + (select count(*) from gantry.incidents where state <> 'resolved')`

async function runsIn(database: Database): Promise<RunState[]> {
  const { rows } = await database.session(session =>
    session.query(`select body::text from gantry.runs where project = $1`, [project]),
  )
  return rows.map(([body]) => JSON.parse(body ?? '') as RunState)
}
