/** The same with raven, which came before @sentry/node. */
import { createRequire } from 'node:module'

const [, , client, , folder] = process.argv
const Raven = createRequire(`${folder}/x.cjs`)(client)
Raven.config(process.env.SENTRY_DSN, {
  release: `${client}@1`,
  environment: 'staging',
  // A second is what it waits otherwise, on whatever machine.
  sendTimeout: 60,
}).install()
// What the config says of these, a context replaces.
Raven.setContext({
  user: { id: 'u-1', email: 'ann@example.com' },
  tags: { client },
  extra: { cart: { tea: 2, password: 'hunter2' } },
})
Raven.captureBreadcrumb({ category: 'cart', message: 'added tea', data: { count: 2 } })

function checkOut(order) {
  throw new Error(`order ${order} of ${client} failed`)
}
const sent = act => new Promise((done, fail) => act(error => (error ? fail(error) : done())))
for (const order of [13, 14])
  try {
    checkOut(order)
  } catch (error) {
    await sent(end => Raven.captureException(error, end))
  }
await sent(end => Raven.captureMessage(`stock is low for ${client}`, { level: 'warning' }, end))
console.log(['error', 'message', 'person', 'extra', 'trail'].join())
process.exit(0)
