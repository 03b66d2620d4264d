/** What the web app is told by its environment. */
export const variables = { dsn: 'NEXT_PUBLIC_SENTRY_DSN', release: 'WEB_RELEASE' } as const

/** A workspace of two apps and a package that both use, where the fault is: by path, as it is written out for the tests. */
const round = `/** Cents of a price. */
export interface Price {
  amount: number
}

export function roundPrice(price: Price | null): number {
  const { amount } = price as Price
  return Math.round(amount * 100) / 100
}
`

/** Of Vite and React, as a page of today has it. */
const shop = {
  'apps/shop/index.html':
    '<!doctype html><title>shop</title><body><div id="root"></div><script type="module" src="/src/main.tsx"></script></body>\n',
  'apps/shop/src/main.tsx': `import * as Sentry from '@sentry/react'
import { createRoot } from 'react-dom/client'
import { Pay } from './cart/pay.tsx'

const query = new URLSearchParams(location.search)
Sentry.init({
  dsn: query.get('dsn') ?? undefined,
  release: query.get('release') ?? undefined,
  environment: 'staging',
  initialScope: { tags: { service: 'shop' } },
})
createRoot(document.getElementById('root')!).render(<Pay />)
`,
  'apps/shop/src/cart/pay.tsx': `import { Cart } from './total.ts'

export function Pay() {
  const pay = () => {
    const cart = new Cart()
    cart.add({ amount: 2.5 })
    cart.add(null)
    document.title = String(cart.total())
  }
  return <button type="button" onClick={pay}>Pay</button>
}
`,
  'apps/shop/src/cart/total.ts': `import { type Price, roundPrice } from '../../../../packages/money/src/round.ts'

export class Cart {
  readonly lines: (Price | null)[] = []

  add(line: Price | null): void {
    this.lines.push(line)
  }

  total(): number {
    return this.lines.map(line => roundPrice(line)).reduce((sum, one) => sum + one, 0)
  }
}
`,
  'apps/shop/vite.config.mjs': `export default { build: { sourcemap: 'hidden' }, oxc: { jsx: { runtime: 'automatic' } } }\n`,
  'apps/shop/plugin.config.mjs': `import { sentryVitePlugin } from '@sentry/vite-plugin'
export default {
  build: { sourcemap: 'hidden', outDir: 'dist-plugin' },
  plugins: [
    sentryVitePlugin({ telemetry: false, release: { name: 'shop@2' }, sourcemaps: { filesToDeleteAfterUpload: ['dist-plugin/**/*.map'] } }),
  ],
}
`,
}

const web = {
  'apps/web/package.json': '{"name":"web","private":true}\n',
  'apps/web/app/layout.tsx': `export default function Layout({ children }: { children: React.ReactNode }) {
  return <html lang="en"><body>{children}</body></html>
}
`,
  'apps/web/app/page.tsx': `import { PayButton } from './pay-button'

export default function Page() {
  return <main><PayButton /></main>
}
`,
  'apps/web/app/pay-button.tsx': `'use client'
import { useState } from 'react'
import { cartTotal } from '../lib/cart-total'

export function PayButton() {
  const [total, setTotal] = useState(0)
  const pay = () => {
    setTotal(cartTotal([{ amount: 2.5 }, null]))
  }
  return <button type="button" onClick={pay}>Pay {total}</button>
}
`,
  'apps/web/app/api/boom/route.ts': `import { cartTotal } from '../../../lib/cart-total'

export const dynamic = 'force-dynamic'

export async function GET() {
  return Response.json({ total: cartTotal([null]) })
}
`,
  'apps/web/lib/cart-total.ts': `import { type Price, roundPrice } from '../../../packages/money/src/round'

export const cartTotal = (lines: (Price | null)[]): number => {
  let total = 0
  for (const line of lines) total += roundPrice(line)
  return total
}
`,
  'apps/web/instrumentation.ts': `import * as Sentry from '@sentry/nextjs'

export function register() {
  Sentry.init({ dsn: process.env.${variables.dsn}, environment: 'staging', initialScope: { tags: { service: 'web' } } })
}
export const onRequestError = Sentry.captureRequestError
`,
  'apps/web/instrumentation-client.ts': `import * as Sentry from '@sentry/nextjs'

Sentry.init({ dsn: process.env.${variables.dsn}, environment: 'staging', initialScope: { tags: { service: 'web' } } })
export const onRouterTransitionStart = Sentry.captureRouterTransitionStart
`,
  'apps/web/next.config.ts': `import { join } from 'node:path'
import { withSentryConfig } from '@sentry/nextjs/config'

export default withSentryConfig(
  { turbopack: { root: join(__dirname, '../..') }, typescript: { ignoreBuildErrors: true } },
  { telemetry: false, release: { name: process.env.${variables.release} } },
)
`,
}

export const workspaceFiles: Readonly<Record<string, string>> = {
  'packages/money/src/round.ts': round,
  ...shop,
  ...web,
}

/** What Gantry knows of it: names and folders. */
export const workspaceConfig = `import { defineConfig, local } from '@gantry/config'
export default defineConfig({
  project: 'shop',
  services: {
    shop: { path: 'apps/shop', artifact: 'apps/shop/dist', deploy: local({ kind: 'static' }) },
    web: { path: 'apps/web', deploy: local({ kind: 'static' }) },
  },
  environments: { staging: { on: 'main' } },
})
`
