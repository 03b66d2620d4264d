import { expect, test } from 'vitest'
import { placeOfUploaded } from './plugin-place.ts'

const id = '~/7bc2fc10-d30c-4165-a0c9-944dc62fbf04-0.js'
const shop = { root: 'apps/shop', built: 'apps/shop/dist' }
const own = ['../../src/main.ts', '../../../../packages/money/src/round.ts']
const pay = 'https://shop.example/assets/pay.js'

test.each([
  [
    'as sentry-cli names it',
    '~/assets/pay.js',
    'https://cdn.example/x/pay.js',
    own,
    shop,
    'apps/shop/dist/assets/pay.js',
  ],
  ['as it is served', id, pay, own, shop, 'apps/shop/dist/assets/7bc'],
  [
    'below a folder of the host',
    id,
    'https://cdn.example/shop/v2/assets/pay.js',
    own,
    shop,
    'apps/shop/dist/assets/7bc',
  ],
  ['on a machine', id, '/srv/shop/dist/server.mjs', ['../src/main.ts'], shop, 'apps/shop/dist/7bc'],
  ['with sources of packages alone', id, pay, ['../../../../packages/x.ts'], shop, 'apps/shop/dist/assets/7bc'],
  ['with sources that lead nowhere up', id, pay, ['webpack://x/./a.ts', null], shop, 'apps/shop/dist/assets/7bc'],
  ['of no known service', id, pay, own, { root: '', built: '' }, 'assets/7bc'],
])('a file lies %s', (_, url, file, sources, folders, place) => {
  expect(placeOfUploaded({ url, file, sources }, folders).replace(/7bc2[^/]*$/, '7bc')).toBe(place)
})
