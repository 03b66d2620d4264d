/**
 * Three lines, as a program writes them with any log client. Arguments: its alias, the folder it is installed in, the address of
 * Gantry and a key.
 */
import { createRequire } from 'node:module'

const [, , client, folder, url, key] = process.argv
const load = createRequire(`${folder}/x.cjs`)
const order = { till: 4, password: 'hunter2' }
const [came, slow] = [`order 13 of ${client} came`, `the till of ${client} is slow`]
const failed = () => new Error(`pay of ${client} failed`)

/** A stream of pino ends when what it holds was sent. */
async function withPino(transport, sent = async () => {}) {
  const logger = load('pino')({}, transport)
  logger.info(order, came)
  logger.warn(order, slow)
  logger.error(failed())
  await sent()
  transport.end()
  await new Promise(done => transport.once('close', done))
}

async function withWinston(transport, flush) {
  const { createLogger, format } = load('winston')
  const logger = createLogger({ transports: [transport], format: format.errors({ stack: true }) })
  logger.info(came, order)
  logger.warn(slow, order)
  logger.error(failed())
  await flush()
}

const logtail = { endpoint: `${url}/betterstack` }
const logflare = { apiKey: key, sourceToken: 'shop', apiBaseUrl: url }

const programs = {
  async 'logtail-node'({ Logtail }) {
    const logger = new Logtail(key, logtail)
    logger.info(came, order)
    logger.warn(slow, order)
    logger.error(failed())
    await logger.flush()
  },
  // Ended while a batch is on its way, it sends that batch twice: it forgets one when it is answered.
  'pino-logflare': async lib =>
    withPino(await lib.default({ ...logflare, batchTimeout: 50 }), () => new Promise(done => setTimeout(done, 2_000))),
  'logtail-pino': async lib => withPino(await lib.default({ sourceToken: key, options: logtail })),
  async 'logtail-winston'({ LogtailTransport }) {
    const sender = new (load('logtail-node').Logtail)(key, logtail)
    await withWinston(new LogtailTransport(sender), () => sender.flush())
  },
  // Its `main` names a file that is not in the package.
  'winston-logflare': () =>
    withWinston(
      new (load('winston-logflare/dist/main.js'))({ ...logflare, batchMaxSize: 1 }),
      () => new Promise(done => setTimeout(done, 2_000)),
    ),
}
await programs[client](client === 'winston-logflare' ? null : load(client))
console.log('lines,levels,times,fields,stack')
process.exit(0)
