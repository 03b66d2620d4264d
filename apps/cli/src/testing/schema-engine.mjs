#!/usr/bin/env node
// Prisma's schema engine in its WebAssembly build, behind the words its native binary speaks: that one is downloaded from a server
// of Prisma's, this one comes from npm. `PRISMA_SCHEMA_ENGINE_BINARY` names it to the command, which does not know the difference.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const args = process.argv.slice(2)
// Whether the database is there: it is.
if (args.includes('cli')) process.exit(0)
const { resolve } = createRequire(`${process.cwd()}/package.json`)
const load = async name => import(pathToFileURL(resolve(name)).href)
const said = name => args.flatMap((each, n) => (each === name ? [args[n + 1]] : []))

const glue = await load('@prisma/schema-engine-wasm/schema_engine_bg')
const bytes = await readFile(resolve('@prisma/schema-engine-wasm/schema_engine_bg').replace(/\.js$/, '.wasm'))
const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': glue })
glue.__wbg_set_wasm(instance.exports)
instance.exports.__wbindgen_start()
const { PrismaPg } = await load('@prisma/adapter-pg')
const { bindMigrationAwareSqlAdapterFactory } = await load('@prisma/driver-adapter-utils')
const { url } = JSON.parse(said('--datasource')[0])
const datamodels = await Promise.all(said('--datamodels').map(async path => [path, await readFile(path, 'utf8')]))
const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPg({ connectionString: url }))
const engine = await glue.SchemaEngine.new({ datamodels }, () => undefined, adapter)

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line)
  const answer = await engine[method](params).then(
    result => ({ result: result ?? null }),
    cause => {
      const data = {
        is_panic: false,
        message: String(cause.message ?? cause),
        error_code: cause.code,
        meta: cause.meta,
      }
      return { error: { code: 4466, message: 'An error happened. Check the data field for details.', data } }
    },
  )
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...answer })}\n`)
}
// Its connections would keep it, and with them Prisma's own lock.
process.exit(0)
