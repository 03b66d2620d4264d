// Run by node as a process of its own: the embedded database works on the thread that asks it.
import { access, cp, mkdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import * as z from 'zod'
import { serveDatabase } from './wire-server.ts'

const Settings = z.object({
  data: z.string(),
  /** A folder with an empty database, made once: copying it is ten times as fast as making one. */
  template: z.string(),
  host: z.string(),
  port: z.int(),
})

const { data, template, host, port } = Settings.parse(JSON.parse(process.argv[2] ?? '{}'))
await prepare()
const database = await PGlite.create(data)
const server = await serveDatabase(database, { host, port, idleInTransactionMs: 60_000 })
process.send?.('ready')

const stop = async () => {
  await server.close()
  await database.close()
  process.exit(0)
}
process.once('SIGTERM', () => void stop())
// The channel closes when the program that started this is gone.
process.once('disconnect', () => void stop())
// Nobody may be left to read: that is no reason to stop before the data is safe.
process.stdout.on('error', () => {})
process.stderr.on('error', () => {})

async function prepare(): Promise<void> {
  await mkdir(dirname(data), { recursive: true })
  if (await hasDatabase(data)) return
  if (!(await hasDatabase(template))) await makeTemplate()
  await copyWhole(template, data)
}

async function makeTemplate(): Promise<void> {
  const making = `${template}.${process.pid}`
  await mkdir(dirname(making), { recursive: true })
  const empty = await PGlite.create(making)
  await empty.close()
  await rename(making, template).catch(async cause => {
    // Another database server made it meanwhile.
    await rm(making, { recursive: true, force: true })
    if (!(await hasDatabase(template))) throw cause
  })
}

async function copyWhole(from: string, to: string): Promise<void> {
  const part = `${to}.${process.pid}`
  await rm(to, { recursive: true, force: true })
  await cp(from, part, { recursive: true })
  await rename(part, to)
}

function hasDatabase(dir: string): Promise<boolean> {
  return access(`${dir}/PG_VERSION`).then(
    () => true,
    () => false,
  )
}
