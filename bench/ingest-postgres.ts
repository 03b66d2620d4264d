import { randomBytes } from 'node:crypto'
import { startS3Server } from '../packages/objects/src/testing/s3-server.ts'
import { startNativePostgres } from '../tools/native-postgres.ts'
import { startGantry } from '../tools/running-gantry.ts'
import { environment, loadGantry, residentMb } from './ingest-gantry.ts'
import type { Benchmark } from './row.ts'

const lastsMs = Number(process.env['INGEST_MS'] ?? 10_000)

/** The errors of `ingest` by two servers on a real Postgres that writes each commit to the disk. */
export const benchmark: Benchmark = {
  name: 'ingest-postgres',
  async measure() {
    const postgres = await startNativePostgres({ isDurable: true })
    const objects = await startS3Server()
    const env = {
      ...environment,
      ...objects.env,
      GANTRY_OBJECTS: objects.address,
      DATABASE_URL: postgres.url,
      GANTRY_RUNNER: 'off',
      GANTRY_SECRET_KEY: randomBytes(32).toString('base64'),
    }
    const servers = [await startGantry({ env }), await startGantry({ env })]
    try {
      const { perSecond, answered, stored, cpuMicrosecondsPerEvent } = await loadGantry(servers, { lastsMs })
      const memory = await Promise.all(servers.map(({ process }) => residentMb(process)))
      return [
        {
          what: 'error ingest, 6 KB events, two servers on a real Postgres',
          measured: `${perSecond.toFixed(0)} events/s`,
          target: '≥ 3,000 events/s',
          isMet: perSecond >= 3_000,
        },
        {
          what: 'the same, of a processor, without Postgres',
          measured: `${cpuMicrosecondsPerEvent.toFixed(0)} µs/event`,
          target: '(no target)',
          isMet: true,
        },
        { what: 'answered but not stored', measured: `${answered - stored}`, target: '0', isMet: answered === stored },
        {
          what: 'memory of the larger server',
          measured: `${Math.max(...memory).toFixed(0)} MB`,
          target: '< 600 MB',
          isMet: Math.max(...memory) < 600,
        },
      ]
    } finally {
      for (const server of servers) await server.stop()
      await objects.stop()
      await postgres.stop()
    }
  },
}
