/**
 * What a program does with any major of @sentry/node, 5 to 11, as far as that major can: run with the package as the first
 * argument and its major as the second. Names carry the client, so that each thing can be found on the server.
 */
import { createRequire } from 'node:module'

const [, , name, majorText, folder] = process.argv
const major = Number(majorText)
const Sentry = createRequire(`${folder}/x.cjs`)(name)
const client = name

/** What it was able to do: what then is nowhere to be found is lost. */
const did = ['error', 'message', 'causes', 'person', 'extra', 'trail']
Sentry.init({
  dsn: process.env.SENTRY_DSN,
  release: `${client}@1`,
  environment: 'staging',
  tracesSampleRate: 1,
  autoSessionTracking: true,
  enableLogs: true,
  _experiments: { enableLogs: true },
})
const set = scope => {
  scope.setTag('client', client)
  scope.setUser({ id: 'u-1', email: 'ann@example.com' })
  scope.setExtra('cart', { tea: 2, password: 'hunter2' })
}
if (Sentry.setTag) set(Sentry)
else Sentry.configureScope(set)
Sentry.addBreadcrumb({ category: 'cart', message: 'added tea', data: { count: 2 } })

function connect() {
  throw new RangeError('port 99999 is out of range')
}
function checkOut(order) {
  try {
    connect()
  } catch (cause) {
    throw new Error(`order ${order} of ${client} failed`, { cause })
  }
}
for (const order of [13, 14]) {
  try {
    checkOut(order)
  } catch (error) {
    Sentry.captureException(error)
  }
  // Some clients leave out what has the cause of the event before it.
  if (order === 13) Sentry.captureMessage(`stock is low for ${client}`, 'warning')
}

if (major >= 8) Sentry.startSpan({ name: `check out ${client}` }, () => did.push('trace'))
else if (major === 7) {
  Sentry.startTransaction({ name: `check out ${client}` }).finish()
  did.push('trace')
}
if (Sentry.captureCheckIn) {
  Sentry.captureCheckIn({ monitorSlug: client, status: 'ok', duration: 1 })
  did.push('check-in')
}
if (Sentry.captureFeedback || Sentry.captureUserFeedback) did.push('feedback')
if (Sentry.captureFeedback) Sentry.captureFeedback({ message: `it hurts, says ${client}`, email: 'a@example.com' })
else if (Sentry.captureUserFeedback)
  Sentry.captureUserFeedback({
    event_id: Sentry.lastEventId(),
    name: 'Ann',
    email: 'a@example.com',
    comments: `it hurts, says ${client}`,
  })
if (major >= 7)
  Sentry.withScope(scope => {
    did.push('attachment')
    scope.addAttachment({ filename: `${client}.txt`, data: 'hello' })
    Sentry.captureException(new TypeError(`with a file of ${client}`))
  })
const logger = Sentry.logger?.warn ? Sentry.logger : Sentry._experiments?.logger
if (logger) did.push('logs')
logger?.warn(`the till of ${client} is slow`, { till: 4 })
if (Sentry.startSession) {
  did.push('sessions')
  Sentry.startSession()
  Sentry.endSession()
}
if (!(await Sentry.flush(120_000))) process.exit(7)
console.log(did.join())
process.exit(0)
