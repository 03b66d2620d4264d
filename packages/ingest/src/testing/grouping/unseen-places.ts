import { type Family, threw } from './occurrence.ts'

const browser = { platform: 'javascript' }

/** The other half of the corpus, written after the rules and judged before they were looked at again. */
export const unseenPlaces: readonly Family[] = [
  {
    about: 'functions in the cloud are unpacked where the vendor likes',
    faults: {
      charge: [
        threw('Error', 'card declined', 'charge @ /var/task/apps/api/src/billing/charge.js:12:9'),
        threw('Error', 'card declined', 'charge @ /vercel/path0/apps/api/src/billing/charge.js:12:9'),
        threw('Error', 'card declined', 'charge @ C:\\build\\shop\\apps\\api\\src\\billing\\charge.js:15:9'),
      ],
      refund: [threw('Error', 'card declined', 'refund @ /var/task/apps/api/src/billing/charge.js:40:9')],
      worker: [threw('Error', 'card declined', 'charge @ /var/task/apps/worker/src/billing/charge.js:12:9')],
    },
  },
  {
    about: 'two services without a monorepo, each with src/index.ts',
    faults: {
      mailer: [
        threw('Error', 'queue closed', 'main @ /app/src/index.ts:3:3', { service: 'mailer' }),
        threw('Error', 'queue closed', 'main @ /app/src/index.ts:8:3', { service: 'mailer' }),
      ],
      billing: [threw('Error', 'queue closed', 'main @ /app/src/index.ts:3:3', { service: 'billing' })],
    },
  },
  {
    about: 'a package that two services share',
    faults: {
      money: [
        threw(
          'RangeError',
          'Invalid currency code : EURO',
          'format @ /app/packages/money/src/format.ts:3:3 | return new Intl.NumberFormat(locale, { currency }).format(amount)',
          { service: 'web' },
        ),
        threw(
          'RangeError',
          'Invalid currency code : XX',
          'format @ /srv/api/packages/money/src/format.ts:3:3 | return new Intl.NumberFormat(locale, { currency }).format(amount)',
          { service: 'api' },
        ),
      ],
      date: [
        threw(
          'RangeError',
          'Invalid time value',
          'format @ /app/packages/dates/src/format.ts:3:3 | return date.toISOString()',
          { service: 'web' },
        ),
      ],
    },
  },
  {
    about: 'a minified bundle without maps: names change with each build',
    faults: {
      basket: [
        threw(
          'TypeError',
          "Cannot read properties of undefined (reading 'basket')",
          `Xe @ https://s.example/assets/index-Ab12Cd34.js:1:200
          Qt @ https://s.example/assets/index-Ab12Cd34.js:1:900`,
          browser,
        ),
        threw(
          'TypeError',
          "Cannot read properties of undefined (reading 'basket')",
          `aa @ https://s.example/assets/index-Zz98Yy76.js:1:207
          t @ https://s.example/assets/index-Zz98Yy76.js:1:941`,
          browser,
        ),
        threw(
          'TypeError',
          "undefined is not an object (evaluating 'r.basket')",
          'n @ https://s.example/assets/index-Zz98Yy76.js:1:941',
          browser,
        ),
      ],
      address: [
        threw(
          'TypeError',
          "Cannot read properties of undefined (reading 'address')",
          'Qt @ https://s.example/assets/index-Ab12Cd34.js:1:3000',
          browser,
        ),
        threw(
          'TypeError',
          "Cannot read properties of null (reading 'address')",
          'Rt @ https://s.example/assets/index-Zz98Yy76.js:1:3044',
          browser,
        ),
      ],
      vendor: [
        threw(
          'TypeError',
          "Cannot read properties of undefined (reading 'address')",
          'Qt @ https://s.example/assets/maps-Ab12Cd34.js:1:3000',
          browser,
        ),
      ],
    },
  },
  {
    about: 'a development server stamps its files',
    faults: {
      render: [
        threw('Error', 'no theme', 'Header @ http://localhost:5173/src/Header.tsx?t=1764280000000:12:9', browser),
        threw('Error', 'no theme', 'Header @ http://localhost:5174/src/Header.tsx?t=1764289999999:14:9', browser),
        threw('Error', 'no theme', 'Header @ webpack-internal:///(app-pages-browser)/./src/Header.tsx:14:9', browser),
      ],
      footer: [
        threw('Error', 'no theme', 'Footer @ http://localhost:5173/src/Footer.tsx?t=1764280000000:12:9', browser),
      ],
    },
  },
  {
    about: 'an HTTP client throws for every caller',
    faults: {
      stock: [
        threw(
          'AxiosError',
          'Request failed with status code 503',
          `stockOf @ /app/src/stock.ts:10:20 | const { data } = await client.get(url)
          settle @lib /app/node_modules/axios/lib/core/settle.js:19:12
          IncomingMessage.handleStreamEnd @lib /app/node_modules/axios/lib/adapters/http.js:599:11`,
        ),
        threw(
          'AxiosError',
          'Request failed with status code 503',
          `cartPage @ /app/src/pages/cart.ts:4:2
          stockOf @ /app/src/stock.ts:12:20 | const { data } = await client.get(url)
          settle @lib /app/node_modules/.pnpm/axios@1.7.2/node_modules/axios/lib/core/settle.js:19:12`,
        ),
      ],
      stockGone: [
        threw(
          'AxiosError',
          'Request failed with status code 404',
          `stockOf @ /app/src/stock.ts:10:20 | const { data } = await client.get(url)
          settle @lib /app/node_modules/axios/lib/core/settle.js:19:12`,
        ),
      ],
      mail: [
        threw(
          'AxiosError',
          'Request failed with status code 503',
          `sendMail @ /app/src/mail.ts:7:20 | await client.post(url, body)
          settle @lib /app/node_modules/axios/lib/core/settle.js:19:12`,
        ),
      ],
    },
  },
  {
    about: 'Postgres says which constraint',
    faults: {
      email: [
        threw(
          'error',
          'duplicate key value violates unique constraint "users_email_key"',
          `createUser @ /app/src/users.ts:9:3 | await pool.query(insertUser, values)
          Parser.parseErrorMessage @lib /app/node_modules/pg-protocol/dist/parser.js:283:98`,
        ),
        threw(
          'error',
          'duplicate key value violates unique constraint "users_email_key"',
          `createUser @ /app/src/users.ts:9:3 | await pool.query(insertUser, values)
          Parser.parseErrorMessage @lib /app/node_modules/pg-protocol/dist/parser.js:301:98`,
        ),
      ],
      name: [
        threw(
          'error',
          'duplicate key value violates unique constraint "users_name_key"',
          `createUser @ /app/src/users.ts:9:3 | await pool.query(insertUser, values)
          Parser.parseErrorMessage @lib /app/node_modules/pg-protocol/dist/parser.js:283:98`,
        ),
      ],
      column: [
        threw(
          'error',
          'column "nick" of relation "users" does not exist',
          `createUser @ /app/src/users.ts:9:3 | await pool.query(insertUser, values)
          Parser.parseErrorMessage @lib /app/node_modules/pg-protocol/dist/parser.js:283:98`,
        ),
      ],
    },
  },
  {
    about: 'a database that does not answer, met at many places',
    faults: {
      down: [
        threw(
          'Error',
          'connect ECONNREFUSED 10.0.4.12:5432',
          'TCPConnectWrap.afterConnect [as oncomplete] @lib node:net:1606:16',
        ),
        threw(
          'Error',
          'connect ECONNREFUSED 10.0.9.1:5432',
          'TCPConnectWrap.afterConnect [as oncomplete] @lib node:net:1637:16',
        ),
      ],
      redisDown: [
        threw(
          'Error',
          'connect ECONNREFUSED 10.0.4.12:6379',
          'TCPConnectWrap.afterConnect [as oncomplete] @lib node:net:1606:16',
        ),
      ],
      slow: [
        threw(
          'Error',
          'connect ETIMEDOUT 10.0.4.12:5432',
          'TCPConnectWrap.afterConnect [as oncomplete] @lib node:net:1606:16',
        ),
      ],
      unknown: [
        threw(
          'Error',
          'getaddrinfo ENOTFOUND db.internal',
          'GetAddrInfoReqWrap.onlookup [as oncomplete] @lib node:dns:107:26',
        ),
        threw('Error', 'getaddrinfo ENOTFOUND db.internal', 'GetAddrInfoReqWrap.onlookupall @lib node:dns:122:26'),
      ],
    },
  },
  {
    about: 'an answer that is no JSON',
    faults: {
      rates: [
        threw(
          'SyntaxError',
          'Unexpected token < in JSON at position 0',
          `rates @ /app/src/rates.ts:5:3
          JSON.parse @lib <anonymous>`,
        ),
        threw(
          'SyntaxError',
          'Unexpected token \'<\', "<!DOCTYPE "... is not valid JSON',
          `rates @ /app/src/rates.ts:6:3
          JSON.parse @lib <anonymous>`,
        ),
        threw(
          'SyntaxError',
          'Unexpected end of JSON input',
          `rates @ /app/src/rates.ts:6:3
          JSON.parse @lib <anonymous>`,
        ),
      ],
      settings: [
        threw(
          'SyntaxError',
          'Unexpected end of JSON input',
          `settings @ /app/src/settings.ts:2:3
          JSON.parse @lib <anonymous>`,
        ),
      ],
    },
  },
  {
    about: 'what was rejected was no error',
    faults: {
      object: [
        threw('UnhandledRejection', 'Object captured as promise rejection with keys: code, message', '', browser),
        threw('UnhandledRejection', 'Object captured as promise rejection with keys: code, message', '', browser),
      ],
      otherKeys: [
        threw('UnhandledRejection', 'Object captured as promise rejection with keys: status, url', '', browser),
      ],
      text: [threw('UnhandledRejection', 'Non-Error promise rejection captured with value: Timeout', '', browser)],
    },
  },
]
