/** The same in a page; bundled with one major of @sentry/browser as `Sentry`. */
import * as Sentry from 'client-under-test'

const { client, dsn, major } = window.underTest
/** What it was able to do: what then is nowhere to be found is lost. */
const did = ['error', 'message', 'causes', 'person', 'extra', 'trail']
Sentry.init({
  dsn,
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

function checkOut(order) {
  try {
    null.total
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
Promise.resolve(Sentry.flush ? Sentry.flush(120_000) : Sentry.getCurrentHub().getClient().flush(120_000)).then(
  done => (document.title = done ? did.join() : 'not sent'),
)
