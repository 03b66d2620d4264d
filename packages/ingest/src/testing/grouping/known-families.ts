import { knownPlaces } from './known-places.ts'
import { type Family, threw } from './occurrence.ts'

/** Half of the corpus, written before the rules of grouping were: what they were made for. */
export const knownFamilies: readonly Family[] = [
  ...knownPlaces,
  {
    about: 'recursion of any depth',
    faults: {
      walk: [
        threw(
          'RangeError',
          'Maximum call stack size exceeded',
          `start @ /app/src/tree.ts:1:1
          walk @ /app/src/tree.ts:9:5
          walk @ /app/src/tree.ts:9:5`,
        ),
        threw(
          'RangeError',
          'Maximum call stack size exceeded',
          `walk @ /app/src/tree.ts:9:5
          walk @ /app/src/tree.ts:9:5
          walk @ /app/src/tree.ts:9:5
          walk @ /app/src/tree.ts:9:5`,
        ),
        threw(
          'RangeError',
          'Maximum call stack size exceeded',
          `start @ /app/src/tree.ts:1:1
          walk @ /app/src/tree.ts:9:5`,
        ),
      ],
      mutual: [
        threw(
          'RangeError',
          'Maximum call stack size exceeded',
          `even @ /app/src/parity.ts:2:5
          odd @ /app/src/parity.ts:5:5
          even @ /app/src/parity.ts:2:5
          odd @ /app/src/parity.ts:5:5`,
        ),
        threw(
          'RangeError',
          'Maximum call stack size exceeded',
          `even @ /app/src/parity.ts:2:5
          odd @ /app/src/parity.ts:5:5`,
        ),
      ],
    },
  },
  {
    about: 'browsers word one fault each in their way',
    faults: {
      property: [
        threw(
          'TypeError',
          "Cannot read properties of undefined (reading 'items')",
          'cartSize @ https://s.example/assets/app-1a2b3c4d.js:1:77',
          { platform: 'javascript' },
        ),
        threw(
          'TypeError',
          'can\'t access property "items", e is undefined',
          'cartSize @ https://s.example/assets/app-1a2b3c4d.js:1:77',
          { platform: 'javascript' },
        ),
        threw(
          'TypeError',
          "undefined is not an object (evaluating 'e.items')",
          'cartSize @ https://s.example/assets/app-1a2b3c4d.js:1:77',
          { platform: 'javascript' },
        ),
        threw(
          'TypeError',
          "Cannot read property 'items' of undefined",
          'cartSize @ https://s.example/assets/app-1a2b3c4d.js:1:77',
          { platform: 'javascript' },
        ),
      ],
      otherProperty: [
        threw(
          'TypeError',
          "Cannot read properties of undefined (reading 'user')",
          'cartSize @ https://s.example/assets/app-1a2b3c4d.js:1:98',
          { platform: 'javascript' },
        ),
        threw(
          'TypeError',
          "undefined is not an object (evaluating 't.user')",
          'cartSize @ https://s.example/assets/app-1a2b3c4d.js:1:98',
          { platform: 'javascript' },
        ),
      ],
      notFunction: [
        threw('TypeError', 'e.flush is not a function', 'leave @ https://s.example/assets/app-1a2b3c4d.js:1:300', {
          platform: 'javascript',
        }),
        threw(
          'TypeError',
          "e.flush is not a function. (In 'e.flush()', 'e.flush' is undefined)",
          'leave @ https://s.example/assets/app-1a2b3c4d.js:1:300',
          { platform: 'javascript' },
        ),
      ],
    },
  },
  {
    about: 'a network that fails, in the words of each browser',
    faults: {
      offline: [
        threw('TypeError', 'Failed to fetch', 'loadCart @ https://s.example/assets/app-1a2b3c4d.js:1:9', {
          platform: 'javascript',
        }),
        threw(
          'TypeError',
          'NetworkError when attempting to fetch resource.',
          'loadCart @ https://s.example/assets/app-1a2b3c4d.js:1:9',
          { platform: 'javascript' },
        ),
        threw('TypeError', 'Load failed', 'loadCart @ https://s.example/assets/app-1a2b3c4d.js:1:9', {
          platform: 'javascript',
        }),
      ],
      offlineElsewhere: [
        threw('TypeError', 'Failed to fetch', 'sendForm @ https://s.example/assets/app-1a2b3c4d.js:1:200', {
          platform: 'javascript',
        }),
      ],
    },
  },
  {
    about: 'a chunk that is gone after a release',
    faults: {
      chunk: [
        threw(
          'ChunkLoadError',
          'Loading chunk 12 failed.\n(error: https://s.example/static/js/12.9f8e7d6c.js)',
          'f.j @ https://s.example/static/js/runtime.aa11bb22.js:1:2',
          { platform: 'javascript' },
        ),
        threw(
          'ChunkLoadError',
          'Loading chunk app/cart/page failed.\n(timeout: https://s.example/_next/static/chunks/app/cart/page-1.js)',
          'o.f.j @ https://s.example/_next/static/chunks/webpack-3.js:1:9',
          { platform: 'javascript' },
        ),
        threw(
          'TypeError',
          'Failed to fetch dynamically imported module: https://s.example/assets/Cart-BxY12ab3.js',
          '',
          { platform: 'javascript' },
        ),
        threw('TypeError', 'error loading dynamically imported module: https://s.example/assets/Help-Q9s8dKea.js', '', {
          platform: 'javascript',
        }),
        threw('TypeError', 'Importing a module script failed.', '', { platform: 'javascript' }),
        threw('Error', 'Unable to preload CSS for /assets/Cart-BxY12ab3.css', '', { platform: 'javascript' }),
      ],
      other: [
        threw('TypeError', 'Failed to fetch', 'loadCart @ https://s.example/assets/app-1a2b3c4d.js:1:9', {
          platform: 'javascript',
        }),
      ],
    },
  },
  {
    about: 'a cause inside of the same wrapper',
    faults: {
      database: [
        {
          thrown: [
            { type: 'Error', value: 'connect ECONNREFUSED 10.0.0.1:5432', stack: 'query @ /app/src/db.ts:8:3' },
            { type: 'RequestFailed', value: 'could not answer', stack: 'answer @ /app/src/api.ts:20:11' },
          ],
        },
        {
          thrown: [
            { type: 'Error', value: 'connect ECONNREFUSED 10.0.0.7:5432', stack: 'query @ /app/src/db.ts:8:3' },
            { type: 'RequestFailed', value: 'could not answer', stack: 'answer @ /app/src/api.ts:22:11' },
          ],
        },
      ],
      template: [
        {
          thrown: [
            { type: 'SyntaxError', value: 'no such helper', stack: 'compile @ /app/src/view.ts:3:3' },
            { type: 'RequestFailed', value: 'could not answer', stack: 'answer @ /app/src/api.ts:20:11' },
          ],
        },
      ],
      none: [threw('RequestFailed', 'could not answer', 'answer @ /app/src/api.ts:28:11')],
    },
  },
  {
    about: 'one fault reached from several callers',
    faults: {
      price: [
        threw(
          'TypeError',
          "Cannot read properties of null (reading 'price')",
          `getCart @ /app/src/routes/cart.ts:8:3
          priceOf @ /app/src/price.ts:5:12 | return item.price * quantity`,
        ),
        threw(
          'TypeError',
          "Cannot read properties of null (reading 'price')",
          `getOrder @ /app/src/routes/order.ts:30:3
          sumOf @ /app/src/order.ts:9:9
          priceOf @ /app/src/price.ts:5:12 | return item.price * quantity`,
        ),
        threw(
          'TypeError',
          "Cannot read properties of null (reading 'price')",
          `cron @ /app/src/jobs/report.ts:2:1
          priceOf @ /app/src/price.ts:5:12 | return item.price * quantity`,
        ),
      ],
    },
  },
  {
    about: 'a helper that throws for its callers',
    faults: {
      cart: [
        threw(
          'Error',
          'Invariant failed',
          `openCart @ /app/src/cart.ts:8:3 | invariant(user)
          invariant @ /app/src/invariant.ts:3:9 | if (!condition) throw new Error(message)`,
        ),
        threw(
          'Error',
          'Invariant failed',
          `main @ /app/src/main.ts:1:1 | openCart()
          openCart @ /app/src/cart.ts:9:3 | invariant(user)
          invariant @ /app/src/invariant.ts:3:9 | if (!condition) throw new Error(message)`,
        ),
      ],
      order: [
        threw(
          'Error',
          'Invariant failed',
          `sendOrder @ /app/src/order.ts:18:3 | invariant(order.paid)
          invariant @ /app/src/invariant.ts:3:9 | if (!condition) throw new Error(message)`,
        ),
      ],
    },
  },
  {
    about: 'a message sent by hand, before and after the client was upgraded',
    faults: {
      full: [
        { message: 'queue 12 is full' },
        {
          message: 'queue 13 is full',
          thrown: [{ value: 'queue 13 is full', isSynthetic: true, stack: 'push @ /app/src/queue.ts:1:1' }],
        },
        {
          thrown: [
            { type: 'Error', value: 'queue 14 is full', isSynthetic: true, stack: 'push @ /app/src/queue.ts:1:1' },
          ],
        },
      ],
      empty: [{ message: 'queue 12 is empty' }],
    },
  },
  {
    about: 'engines name one function each in their way',
    faults: {
      handle: [
        threw('Error', 'no session', 'Object.handle @ /app/src/session.ts:4:3'),
        threw('Error', 'no session', 'async handle @ /app/src/session.ts:4:3'),
        threw('Error', 'no session', 'Module.handle @ /app/src/session.ts:4:3'),
        threw('Error', 'no session', 'handle @ /app/src/session.ts:5:3'),
        threw('Error', 'no session', 'Session.handle [as run] @ /app/src/session.ts:5:3'),
      ],
      construct: [
        threw('Error', 'no session', 'new Session @ /app/src/session.ts:20:3'),
        threw('Error', 'no session', 'new Session @ /app/src/session.ts:21:3'),
      ],
    },
  },
  {
    about: 'no frame is of the product',
    faults: {
      pool: [
        threw(
          'Error',
          'Connection terminated unexpectedly',
          `? @lib node:net:12:3
          Client._handle @lib /app/node_modules/.pnpm/pg@8.11.0/node_modules/pg/lib/client.js:132:73`,
        ),
        threw(
          'Error',
          'Connection terminated unexpectedly',
          `? @lib node:net:12:3
          Client._handle @lib /app/node_modules/.pnpm/pg@8.13.1/node_modules/pg/lib/client.js:136:73`,
        ),
        threw(
          'Error',
          'Connection terminated unexpectedly',
          `Client._handle @lib /srv/api/node_modules/pg/lib/client.js:136:73`,
        ),
      ],
      redis: [
        threw(
          'Error',
          'Connection terminated unexpectedly',
          `? @lib node:net:12:3
          RedisSocket.onClose @lib /app/node_modules/@redis/client/dist/socket.js:132:73`,
        ),
      ],
    },
  },
  {
    about: 'fingerprints of the client',
    faults: {
      payment: [
        threw('Error', 'a', 'x @ /app/a.ts:1:1', { fingerprint: ['payment'] }),
        threw('RangeError', 'b', 'y @ /app/b.ts:1:1', { fingerprint: ['payment'] }),
      ],
      eu: [
        threw('Error', 'card 1 refused', 'charge @ /app/src/pay.ts:1:1', { fingerprint: ['{{ default }}', 'eu'] }),
        threw('Error', 'card 2 refused', 'charge @ /app/src/pay.ts:3:1', { fingerprint: ['{{ default }}', 'eu'] }),
      ],
      us: [threw('Error', 'card 2 refused', 'charge @ /app/src/pay.ts:3:1', { fingerprint: ['{{ default }}', 'us'] })],
      plain: [threw('Error', 'card 2 refused', 'charge @ /app/src/pay.ts:3:1')],
    },
  },
]
