import { type Family, threw } from './occurrence.ts'

const browser = { platform: 'javascript' }

/** Written after both halves were judged once, for what real clients do that neither had. */
export const hardFamilies: readonly Family[] = [
  {
    about: 'a browser calls every frame its own, libraries too',
    faults: {
      table: [
        threw(
          'TypeError',
          "Cannot read properties of undefined (reading 'rows')",
          `Orders @ webpack:///./src/Orders.tsx:9:3
          Object.useTable @ webpack:///./node_modules/react-table/src/useTable.js:88:9`,
          browser,
        ),
        threw(
          'TypeError',
          "Cannot read properties of undefined (reading 'rows')",
          `Orders @ webpack:///./src/Orders.tsx:12:3
          Object.useTable @ webpack:///./node_modules/react-table/src/useTable.js:91:9`,
          browser,
        ),
      ],
      otherTable: [
        threw(
          'TypeError',
          "Cannot read properties of undefined (reading 'rows')",
          `Users @ webpack:///./src/Users.tsx:9:3
          Object.useTable @ webpack:///./node_modules/react-table/src/useTable.js:88:9`,
          browser,
        ),
      ],
    },
  },
  {
    about: 'frames of the client itself and of promises',
    faults: {
      all: [
        threw('Error', 'no stock', 'stockOf @ /app/src/stock.ts:4:3'),
        threw(
          'Error',
          'no stock',
          `cart @ /app/src/cart.ts:4:3
          async Promise.all @ index 0
          async stockOf @ /app/src/stock.ts:4:3`,
        ),
        threw(
          'Error',
          'no stock',
          `stockOf @ /app/src/stock.ts:4:3
          sentryWrapped @ /app/node_modules/@sentry/browser/build/helpers.js:90:17`,
        ),
      ],
    },
  },
  {
    about: 'where images and hosts put a service',
    faults: {
      boot: [
        'app',
        'usr/src/app',
        'workspace',
        'opt/render/project/src',
        'var/task',
        'home/runner/work/shop/shop',
        'vercel/path0',
      ].map(place => threw('Error', 'no port', `boot @ /${place}/server.mjs:3:1`)),
      nested: [
        'app',
        'usr/src/app',
        'workspace',
        'opt/render/project/src',
        'var/task',
        'home/runner/work/shop/shop',
        'vercel/path0',
      ].map(place => threw('Error', 'no port', `boot @ /${place}/src/http/server.ts:3:1`)),
      modules: [
        threw('Error', 'no port', 'boot @ file:///app/src/https/server.ts:3:1'),
        threw('Error', 'no port', 'boot @ app:///src/https/server.ts:3:1'),
      ],
    },
  },
  {
    about: 'a client of our own throws what it was answered',
    faults: {
      stock: [
        threw(
          'HttpError',
          'HTTP 500',
          `stockOf @ /app/src/stock.ts:4:3 | return request(url)
          request @ /app/src/http.ts:9:11 | if (!response.ok) throw new HttpError(response.status)`,
        ),
        threw(
          'HttpError',
          'HTTP 500',
          `page @ /app/src/page.ts:4:3
          stockOf @ /app/src/stock.ts:5:3 | return request(url)
          request @ /app/src/http.ts:11:11 | if (!response.ok) throw new HttpError(response.status)`,
        ),
      ],
      mail: [
        threw(
          'HttpError',
          'HTTP 500',
          `sendMail @ /app/src/mail.ts:4:3 | await request(mailUrl)
          request @ /app/src/http.ts:9:11 | if (!response.ok) throw new HttpError(response.status)`,
        ),
      ],
      mailGone: [
        threw(
          'HttpError',
          'HTTP 404',
          `sendMail @ /app/src/mail.ts:4:3 | await request(mailUrl)
          request @ /app/src/http.ts:9:11 | if (!response.ok) throw new HttpError(response.status)`,
        ),
      ],
    },
  },
  {
    about: 'routes in a message',
    faults: {
      order: [
        { message: 'GET /api/orders/41 failed' },
        { message: 'GET /api/orders/3f2504e0-4f89-11d3-9a0c-0305e82c3301 failed' },
        { message: 'GET /api/orders/57?full=1 failed' },
      ],
      cart: [{ message: 'GET /api/carts/41 failed' }],
      items: [{ message: 'GET /api/orders/41/items failed' }, { message: 'GET /api/orders/8/items failed' }],
    },
  },
  {
    about: 'JSON and apostrophes in a message',
    faults: {
      refused: [
        { message: 'refused: {"code":42,"id":"a1b2","reason":"limit"}' },
        { message: 'refused: {"code":17,"id":"zz9","reason":"closed"}' },
      ],
      cart: [{ message: "can't open ann's cart of 3 items" }, { message: "can't open ann's cart of 12 items" }],
      order: [{ message: "can't open ann's order of 3 items" }],
    },
  },
  {
    about: 'a library that is upgraded',
    faults: {
      query: [
        threw(
          'Error',
          'invalid cursor',
          `page @ /app/src/list.ts:3:9
          parse @lib /app/node_modules/.pnpm/kysely@0.27.0/node_modules/kysely/dist/esm/cursor.js:9:1`,
        ),
        threw(
          'Error',
          'invalid cursor',
          `page @ /app/src/list.ts:3:9
          parseCursor @lib /app/node_modules/.pnpm/kysely@0.28.2/node_modules/kysely/dist/esm/parser/cursor.js:12:1`,
        ),
      ],
      limit: [
        threw(
          'Error',
          'invalid limit',
          `page @ /app/src/list.ts:3:9
          parse @lib /app/node_modules/.pnpm/kysely@0.27.0/node_modules/kysely/dist/esm/cursor.js:9:1`,
        ),
      ],
    },
  },
  {
    about: 'several errors at once',
    faults: {
      ports: [
        {
          thrown: [
            {
              type: 'Error',
              value: 'connect ECONNREFUSED ::1:6379',
              stack: 'createConnectionError @lib node:net:1652:14',
            },
            {
              type: 'Error',
              value: 'connect ECONNREFUSED 127.0.0.1:6379',
              stack: 'createConnectionError @lib node:net:1652:14',
            },
            { type: 'AggregateError', value: '', stack: 'openCache @ /app/src/cache.ts:4:3' },
          ],
        },
        {
          thrown: [
            {
              type: 'Error',
              value: 'connect ECONNREFUSED 10.1.2.3:6379',
              stack: 'createConnectionError @lib node:net:1660:14',
            },
            { type: 'AggregateError', value: '', stack: 'openCache @ /app/src/cache.ts:4:3' },
          ],
        },
      ],
      database: [
        {
          thrown: [
            {
              type: 'Error',
              value: 'connect ECONNREFUSED 127.0.0.1:5432',
              stack: 'createConnectionError @lib node:net:1652:14',
            },
            { type: 'AggregateError', value: '', stack: 'openDatabase @ /app/src/database.ts:4:3' },
          ],
        },
      ],
    },
  },
  {
    about: 'packages of other languages',
    faults: {
      java: [
        threw(
          'java.lang.NullPointerException',
          'Cannot invoke "com.shop.Cart.total()" because "cart" is null',
          `com.shop.web.CartPage.render @ CartPage.java:20`,
          { platform: 'java' },
        ),
        threw(
          'java.lang.NullPointerException',
          'Cannot invoke "com.shop.Cart.total()" because "cart" is null',
          `com.shop.web.CartPage.render @ CartPage.java:24`,
          { platform: 'java' },
        ),
      ],
      ruby: [
        threw(
          'NoMethodError',
          "undefined method `total' for nil:NilClass",
          'total @ app/models/cart.rb:3 | items.total',
          { platform: 'ruby' },
        ),
        threw('NoMethodError', "undefined method 'total' for nil", 'total @ app/models/cart.rb:3 | items.total', {
          platform: 'ruby',
        }),
      ],
      go: [
        threw(
          '*url.Error',
          'Get "https://api.example/x": context deadline exceeded',
          'fetch @ /src/internal/stock/client.go:30',
          { platform: 'go' },
        ),
        threw(
          '*url.Error',
          'Get "https://api.example/y": context deadline exceeded',
          'fetch @ /src/internal/stock/client.go:31',
          { platform: 'go' },
        ),
      ],
      php: [
        threw(
          'ErrorException',
          'Undefined array key "total"',
          'App\\Cart::total @ /var/www/html/app/Cart.php:9 | return $this->data["total"];',
          { platform: 'php' },
        ),
        threw(
          'ErrorException',
          'Undefined array key "total"',
          'App\\Cart::total @ /var/www/html/releases/12345678/app/Cart.php:11 | return $this->data["total"];',
          { platform: 'php' },
        ),
      ],
    },
  },
]
