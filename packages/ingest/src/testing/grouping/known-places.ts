import { type Family, threw } from './occurrence.ts'

/** Half of the corpus, written before the rules of grouping were: what they were made for. */
export const knownPlaces: readonly Family[] = [
  {
    about: 'a release lies in a folder of its own',
    faults: {
      total: [
        threw(
          'TypeError',
          "Cannot read properties of undefined (reading 'total')",
          `handle @ /srv/shop/releases/20261101/apps/backend/dist/route.js:10:3
           priceOf @ /srv/shop/releases/20261101/apps/backend/dist/checkout.js:41:17`,
        ),
        threw(
          'TypeError',
          "Cannot read properties of undefined (reading 'total')",
          `handle @ /srv/shop/releases/20261109/apps/backend/dist/route.js:12:3
           priceOf @ /srv/shop/releases/20261109/apps/backend/dist/checkout.js:44:17`,
        ),
        threw(
          'TypeError',
          "Cannot read properties of undefined (reading 'total')",
          `handle @ /workspace/apps/backend/dist/route.js:12:3
           priceOf @ /workspace/apps/backend/dist/checkout.js:44:17`,
        ),
      ],
      discount: [
        threw(
          'TypeError',
          "Cannot read properties of undefined (reading 'percent')",
          `handle @ /srv/shop/releases/20261101/apps/backend/dist/route.js:10:3
           discountOf @ /srv/shop/releases/20261101/apps/backend/dist/checkout.js:60:9`,
        ),
      ],
    },
  },
  {
    about: 'two packages of one monorepo have an index.ts with a function of the same name',
    faults: {
      mail: [
        threw('Error', 'no transport', 'send @ /app/packages/mail/src/index.ts:12:9'),
        threw('Error', 'no transport', 'send @ /home/ann/shop/packages/mail/src/index.ts:12:9'),
      ],
      pay: [
        threw('Error', 'no transport', 'send @ /app/packages/pay/src/index.ts:9:11'),
        threw('Error', 'no transport', 'send @ /home/ann/shop/packages/pay/src/index.ts:9:11'),
      ],
    },
  },
  {
    about: 'bundles named by a hash, and names that only look like one',
    faults: {
      vite: [
        threw('TypeError', 'e is undefined', 'checkoutTotal @ https://shop.example/assets/index-BxY12ab3.js:1:4120'),
        threw('TypeError', 'e is undefined', 'checkoutTotal @ https://shop.example/assets/index-Q9s_8dKe.js:1:4187'),
        threw(
          'TypeError',
          'e is undefined',
          'checkoutTotal @ https://cdn.example/shop/assets/index-abcdefgh.js:1:4187',
        ),
      ],
      webpack: [
        threw('TypeError', 'e is undefined', 'renderCart @ https://shop.example/static/js/main.1f9c2ab4.js:2:99'),
        threw('TypeError', 'e is undefined', 'renderCart @ https://shop.example/static/js/main.77d0aa51.js:2:103'),
      ],
      next: [
        threw(
          'TypeError',
          'e is undefined',
          'openMenu @ https://shop.example/_next/static/chunks/app/layout-4c8d9e2f1a0b3c5d.js:1:9',
        ),
        threw(
          'TypeError',
          'e is undefined',
          'openMenu @ https://shop.example/_next/static/chunks/app/layout-9a8b7c6d5e4f3a2b.js:1:44',
        ),
      ],
      callback: [
        threw('Error', 'state differs', 'finish @ /app/src/auth-oauth2-callback.ts:31:5'),
        threw('Error', 'state differs', 'finish @ /srv/web/src/auth-oauth2-callback.ts:33:5'),
      ],
      callbackOfSaml: [threw('Error', 'state differs', 'finish @ /app/src/auth-saml-callback.ts:31:5')],
    },
  },
  {
    about: 'a function throws twice',
    faults: {
      missing: [
        threw(
          'Error',
          'order 41 is missing',
          'load @ /app/src/orders.ts:10:11 | if (!order) throw new Error("order " + id + " is missing")',
        ),
        threw(
          'Error',
          'order 92 is missing',
          'load @ /app/src/orders.ts:14:11 |   if (!order) throw new Error("order " + id + " is missing");',
        ),
      ],
      closed: [
        threw(
          'Error',
          'order 41 is closed',
          'load @ /app/src/orders.ts:11:11 | if (order.closed) throw new Error("order " + id + " is closed")',
        ),
        threw(
          'Error',
          'order 7 is closed',
          'load @ /app/src/orders.ts:15:11 | if (order.closed) throw new Error("order " + id + " is closed")',
        ),
      ],
    },
  },
  {
    about: 'a function throws twice and no source is known',
    faults: {
      missing: [
        threw('Error', 'order 41 is missing', 'load @ /app/dist/orders.js:10:11'),
        threw('Error', 'order 8812 is missing', 'load @ /app/dist/orders.js:14:11'),
      ],
      closed: [
        threw('Error', 'order 41 is closed', 'load @ /app/dist/orders.js:11:11'),
        threw('Error', 'order 33 is closed', 'load @ /app/dist/orders.js:19:11'),
      ],
    },
  },
  {
    about: 'what a logger was given, with values and without',
    faults: {
      timeout: [
        { message: 'payment of ann took 12 s', template: 'payment of %s took %d s' },
        { message: 'payment of bob took 44 s', template: 'payment of %s took %d s' },
      ],
      refused: [
        { message: 'payment of ann was refused', template: 'payment of %s was refused' },
        { message: 'payment of zoe was refused', template: 'payment of %s was refused' },
      ],
    },
  },
  {
    about: 'ids of every usual shape in a message',
    faults: {
      order: [
        { message: 'order 3f2504e0-4f89-11d3-9a0c-0305e82c3301 not found' },
        { message: 'order 01ARZ3NDEKTSV4RRFFQ69G5FAV not found' },
        { message: 'order cjld2cjxh0000qzrmn831i7rn not found' },
        { message: 'order V1StGXR8_Z5jdHi6B-myT not found' },
        { message: 'order 507f1f77bcf86cd799439011 not found' },
        { message: 'order 4711 not found' },
      ],
      customer: [
        { message: 'customer 4711 not found' },
        { message: 'customer 3f2504e0-4f89-11d3-9a0c-0305e82c3301 not found' },
      ],
    },
  },
  {
    about: 'numbers with units, paths and quoted values in a message',
    faults: {
      slow: [{ message: 'request took 1532ms' }, { message: 'request took 98ms' }, { message: 'request took 2.4s' }],
      big: [{ message: 'body of 12MB is too large' }, { message: 'body of 9.5MB is too large' }],
      file: [
        { message: "ENOENT: no such file or directory, open '/tmp/upload-81/a.png'" },
        { message: "ENOENT: no such file or directory, open '/tmp/upload-7/cat picture.jpg'" },
      ],
      folder: [
        { message: "ENOENT: no such file or directory, scandir '/tmp/upload-7'" },
        { message: "ENOENT: no such file or directory, scandir '/tmp/upload-8'" },
      ],
      user: [{ message: 'user "ann" is locked' }, { message: 'user "bob the builder" is locked' }],
    },
  },
  {
    about: 'words that are no ids',
    faults: {
      utf8: [{ message: 'cannot decode utf-8' }],
      utf16: [{ message: 'cannot decode utf-16' }],
      http2: [{ message: 'http2 session closed' }],
      http3: [{ message: 'http3 session closed' }],
      v1: [{ message: 'api v1 is gone' }],
      v2: [{ message: 'api v2 is gone' }],
    },
  },
  {
    about: 'statuses are not values',
    faults: {
      notFound: [
        { message: 'Request failed with status code 404' },
        { message: 'Request failed with status code 404' },
      ],
      broken: [{ message: 'Request failed with status code 500' }],
    },
  },
  {
    about: 'native frames without files',
    faults: {
      mapped: [
        threw(
          'TypeError',
          'undefined is not a function',
          `total @ /app/src/cart.ts:4:10
          Array.map @lib <anonymous>`,
        ),
        threw(
          'TypeError',
          'undefined is not a function',
          `total @ /app/src/cart.ts:9:10
          Array.map @lib <anonymous>`,
        ),
      ],
      crash: [
        threw(
          'SIGSEGV',
          'Segfault',
          `main @lib
          uv_run @lib
          sharp::resize @lib`,
          { platform: 'native' },
        ),
        threw(
          'SIGSEGV',
          'Segfault',
          `main @lib
          uv_run @lib
          sharp::resize @lib`,
          { platform: 'native' },
        ),
      ],
      otherCrash: [
        threw(
          'SIGSEGV',
          'Segfault',
          `main @lib
          uv_run @lib
          sqlite3_step @lib`,
          { platform: 'native' },
        ),
      ],
    },
  },
]
