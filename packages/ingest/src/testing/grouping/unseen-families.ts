import { type Family, threw } from './occurrence.ts'
import { unseenPlaces } from './unseen-places.ts'

const browser = { platform: 'javascript' }

/** The other half of the corpus, written after the rules and judged before they were looked at again. */
export const unseenFamilies: readonly Family[] = [
  ...unseenPlaces,
  {
    about: 'React differs between server and browser',
    faults: {
      hydrate: [
        threw(
          'Error',
          'Hydration failed because the initial UI does not match what was rendered on the server.',
          'throwOnHydrationMismatch @lib https://s.example/_next/static/chunks/fd9d1056-aa11bb22cc33dd44.js:1:9',
          browser,
        ),
        threw(
          'Error',
          'Hydration failed because the initial UI does not match what was rendered on the server.',
          'throwOnHydrationMismatch @lib https://s.example/_next/static/chunks/fd9d1056-99887766554433aa.js:1:9',
          browser,
        ),
      ],
      minified: [
        threw(
          'Error',
          'Minified React error #418; visit https://react.dev/errors/418?args[]=HTML for the full message',
          'rg @lib https://s.example/assets/react-Ab12Cd34.js:1:9',
          browser,
        ),
        threw(
          'Error',
          'Minified React error #418; visit https://react.dev/errors/418?args[]=text for the full message',
          'ig @lib https://s.example/assets/react-Zz12Cd34.js:1:9',
          browser,
        ),
      ],
      otherMinified: [
        threw(
          'Error',
          'Minified React error #310; visit https://react.dev/errors/310 for the full message',
          'rg @lib https://s.example/assets/react-Ab12Cd34.js:1:9',
          browser,
        ),
      ],
    },
  },
  {
    about: 'Python frames',
    faults: {
      view: [
        threw(
          'KeyError',
          "'total'",
          `get_response @lib /usr/lib/python3.11/site-packages/django/core/handlers/base.py:181
          cart @ shop/views.py:20 | return data['total']`,
          { platform: 'python' },
        ),
        threw(
          'KeyError',
          "'total'",
          `get_response @lib /opt/venv/lib/python3.12/site-packages/django/core/handlers/base.py:197
          cart @ shop/views.py:24 | return data["total"]`,
          { platform: 'python' },
        ),
      ],
      other: [threw('KeyError', "'sum'", 'cart @ shop/views.py:31 | return data["sum"]', { platform: 'python' })],
    },
  },
  {
    about: 'callbacks without a name in one file',
    faults: {
      click: [
        threw('Error', 'no cart', '? @ /app/src/page.ts:8:3 | button.onclick = () => open(cart())'),
        threw('Error', 'no cart', '<anonymous> @ /app/src/page.ts:9:3 | button.onclick = () => open(cart())'),
      ],
      key: [threw('Error', 'no cart', '? @ /app/src/page.ts:30:3 | window.onkeydown = event => open(cart())')],
    },
  },
  {
    about: 'an error made once and thrown from a constant',
    faults: {
      full: [
        threw('QueueFull', 'queue is full', 'push @ /app/src/queue.ts:8:3 | throw new QueueFull()'),
        threw(
          'QueueFull',
          'queue is full',
          `drain @ /app/src/drain.ts:2:2
          push @ /app/src/queue.ts:9:3 | throw new QueueFull()`,
        ),
      ],
      closed: [threw('QueueClosed', 'queue is closed', 'push @ /app/src/queue.ts:12:3 | throw new QueueClosed()')],
    },
  },
  {
    about: 'one line throws what it was given',
    faults: {
      code: [
        threw('ApiError', 'E1001: stock is gone', 'answer @ /app/src/api.ts:8:3 | throw new ApiError(body.error)'),
        threw('ApiError', 'E1001: stock is gone', 'answer @ /app/src/api.ts:9:3 | throw new ApiError(body.error)'),
      ],
      otherCode: [
        threw('ApiError', 'E2002: card is gone', 'answer @ /app/src/api.ts:8:3 | throw new ApiError(body.error)'),
      ],
    },
  },
  {
    about: 'an assertion of the standard library',
    faults: {
      user: [
        threw(
          'AssertionError',
          'The expression evaluated to a falsy value:\n\n  assert(user)\n',
          `load @ /app/src/load.ts:4:3 | assert(user)`,
        ),
        threw(
          'AssertionError',
          'The expression evaluated to a falsy value:\n\n  assert(user)\n',
          `page @ /app/src/page.ts:4:3
          load @ /app/src/load.ts:6:3 | assert(user)`,
        ),
      ],
      cart: [
        threw(
          'AssertionError',
          'The expression evaluated to a falsy value:\n\n  assert(cart)\n',
          'load @ /app/src/load.ts:9:3 | assert(cart)',
        ),
      ],
    },
  },
  {
    about: 'times, sizes, addresses and tokens in a message',
    faults: {
      expired: [
        { message: 'token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln expired at 2026-11-23T10:00:00Z' },
        { message: 'token eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIyIn0.eHl6 expired at 2026-11-24T11:30:00.123Z' },
      ],
      mac: [{ message: 'device 00:1b:44:11:3a:b7 left' }, { message: 'device 02:42:ac:11:00:02 left' }],
      v6: [{ message: 'refused fe80::1ff:fe23:4567:890a' }, { message: 'refused 2001:db8::1' }],
      total: [
        { message: 'total of 4,150,908 differs' },
        { message: 'total of 12 differs' },
        { message: 'total of 1,200.50 differs' },
      ],
      percent: [{ message: 'disk is 91% full' }, { message: 'disk is 97.5% full' }],
      path: [{ message: 'cannot read /var/lib/shop/a1/data.db' }, { message: 'cannot read /mnt/data/shop/z.db' }],
      stripe: [
        { message: 'No such customer: cus_NffrFeUfNV2Hib' },
        { message: 'No such customer: cus_9s6XKzkNRiz8i3' },
      ],
      noPlan: [{ message: 'No such plan: plan_NffrFeUfNV2Hib' }],
    },
  },
  {
    about: 'words that only look like values',
    faults: {
      sha1: [{ message: 'sha-1 is not supported' }],
      sha256: [{ message: 'sha-256 is not supported' }],
      oauth1: [{ message: 'oauth1 flow failed' }],
      oauth2: [{ message: 'oauth2 flow failed' }],
      exit1: [{ message: 'worker exited with code 1' }],
      exit137: [{ message: 'worker exited with code 137' }],
      stepOne: [{ message: 'migration add-index failed' }],
      stepTwo: [{ message: 'migration drop-index failed' }],
      get: [{ message: 'GET /api/carts failed' }, { message: 'GET /api/carts failed' }],
      post: [{ message: 'POST /api/carts failed' }],
    },
  },
  {
    about: 'a cause in a library under the same wrapper at two places',
    faults: {
      cart: [
        {
          thrown: [
            { type: 'Error', value: 'socket hang up', stack: 'Socket.socketOnEnd @lib node:_http_client:524:23' },
            { type: 'StoreError', value: 'could not read', stack: 'readCart @ /app/src/cart.ts:4:3' },
          ],
        },
        {
          thrown: [
            { type: 'Error', value: 'socket hang up', stack: 'Socket.socketOnEnd @lib node:_http_client:598:25' },
            { type: 'StoreError', value: 'could not read', stack: 'readCart @ /app/src/cart.ts:6:3' },
          ],
        },
      ],
      order: [
        {
          thrown: [
            { type: 'Error', value: 'socket hang up', stack: 'Socket.socketOnEnd @lib node:_http_client:524:23' },
            { type: 'StoreError', value: 'could not read', stack: 'readOrder @ /app/src/order.ts:4:3' },
          ],
        },
      ],
    },
  },
  {
    about: 'browser extensions and scripts of others',
    faults: {
      extension: [
        threw(
          'TypeError',
          'o is null',
          'inject @ chrome-extension://abcdefghijklmnopabcdefghijklmnop/inject.js:1:9',
          browser,
        ),
        threw(
          'TypeError',
          'o is null',
          'inject @ chrome-extension://abcdefghijklmnopabcdefghijklmnop/inject.js:1:11',
          browser,
        ),
      ],
      tag: [threw('TypeError', 'o is null', 'push @ https://tags.example/gtm.js?id=GTM-1:1:9', browser)],
      script: [
        { ...browser, thrown: [{ type: 'Error', value: 'Script error.', mechanism: 'onerror' }] },
        { ...browser, thrown: [{ type: 'Error', value: 'Script error.', mechanism: 'onerror' }] },
      ],
    },
  },
  {
    about: 'storage, aborts and observers in the words of each browser',
    faults: {
      quota: [
        threw(
          'QuotaExceededError',
          "Failed to execute 'setItem' on 'Storage': Setting the value of 'cart' exceeded the quota.",
          'save @ https://s.example/assets/a-1a2b3c4d.js:1:1',
          browser,
        ),
        threw(
          'QuotaExceededError',
          'The quota has been exceeded.',
          'save @ https://s.example/assets/a-1a2b3c4d.js:1:1',
          browser,
        ),
      ],
      aborted: [
        threw(
          'AbortError',
          'The user aborted a request.',
          'search @ https://s.example/assets/a-1a2b3c4d.js:1:1',
          browser,
        ),
        threw(
          'AbortError',
          'signal is aborted without reason',
          'search @ https://s.example/assets/a-1a2b3c4d.js:1:1',
          browser,
        ),
        threw(
          'AbortError',
          'The operation was aborted.',
          'search @ https://s.example/assets/a-1a2b3c4d.js:1:1',
          browser,
        ),
        threw('AbortError', 'Fetch is aborted', 'search @ https://s.example/assets/a-1a2b3c4d.js:1:1', browser),
      ],
      resize: [
        threw('Error', 'ResizeObserver loop limit exceeded', '', browser),
        threw('Error', 'ResizeObserver loop completed with undelivered notifications.', '', browser),
      ],
      deep: [
        threw(
          'RangeError',
          'Maximum call stack size exceeded',
          'measure @ https://s.example/assets/a-1a2b3c4d.js:1:1',
          browser,
        ),
        threw('InternalError', 'too much recursion', 'measure @ https://s.example/assets/a-1a2b3c4d.js:1:1', browser),
        threw(
          'RangeError',
          'Maximum call stack size exceeded.',
          'measure @ https://s.example/assets/a-1a2b3c4d.js:1:1',
          browser,
        ),
      ],
    },
  },
]
